import { useEffect, useState } from 'react';
import { type PanelError, toPanelError } from '../../shared/errors.ts';

/** The guides by their file's path, each read when it is opened; they are part of the panel and need no network. */
const GUIDES = import.meta.glob<string>('../../docs/guide/*.md', { query: '?raw', import: 'default' });

export type Guide = { readonly markdown: string } | { readonly error: PanelError };

/** The guide of a page as Markdown; null while it is read. */
export function useGuide(pageId: string): Guide | null {
  const [read, setRead] = useState<{ readonly pageId: string; readonly guide: Guide } | null>(null);
  useEffect(() => {
    let isWanted = true;
    const show = (guide: Guide): void => {
      if (isWanted) setRead({ pageId, guide });
    };
    const load = GUIDES[`../../docs/guide/${pageId}.md`];
    if (load !== undefined)
      load().then(
        (markdown) => show({ markdown }),
        (thrown: unknown) => show({ error: toPanelError(thrown) }),
      );
    return () => {
      isWanted = false;
    };
  }, [pageId]);
  return read?.pageId === pageId ? read.guide : null;
}
