import './guide.css';
import { CloseButton } from '@mantine/core';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { pageOf } from '../pages.tsx';
import { useView } from '../stores/view.ts';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { useReturnFocus } from '../ui/use-return-focus.ts';
import { useGuide } from './guides.ts';
import { describeGuide, TEXT } from './text.ts';

// The reader of Markdown is loaded with the first guide.
const GuideText = lazy(async () => ({ default: (await import('./guide-text.tsx')).GuideText }));

/** The guide of the open page, beside the page: it stays while the operator works, and follows to the next page. */
export function GuidePanel() {
  const isOpen = useView((view) => view.isGuideOpen);
  return isOpen ? <Guide /> : null;
}

function Guide() {
  const { id, label } = pageOf(useView((view) => view.page));
  const setOpen = useView((view) => view.setGuideOpen);
  const guide = useGuide(id);
  const panel = useRef<HTMLElement>(null);
  useReturnFocus();
  useEffect(() => panel.current?.focus(), []);
  return (
    <aside
      ref={panel}
      className="ada-guide"
      aria-label={describeGuide(label)}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === 'Escape') setOpen(false);
      }}
    >
      <header className="ada-guide-head">
        <h2>{describeGuide(label)}</h2>
        <CloseButton aria-label={TEXT.closeGuide} onClick={() => setOpen(false)} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by the keyboard */}
      <div className="ada-guide-body" tabIndex={0}>
        <Suspense fallback={null}>
          {guide === null ? null : 'error' in guide ? <ErrorNotice error={guide.error} /> : <GuideText markdown={guide.markdown} />}
        </Suspense>
      </div>
    </aside>
  );
}
