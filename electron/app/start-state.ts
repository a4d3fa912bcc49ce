import { START_ELEMENT_ID } from '../../shared/start-state.ts';
import { readText } from '../foundation/files/atomic-file.ts';

/** The id of this build, set at build time: another build's file may have another shape. */
declare const __BUILT_FROM__: string;
const BUILT_FROM = typeof __BUILT_FROM__ === 'undefined' ? 'by hand' : __BUILT_FROM__;

/** The document `start.json`: the newest StartState as JSON text, and the build that wrote it. */
interface StartDocument {
  readonly builtFrom: string;
  readonly state: string;
}

export function startDocument(state: string): string {
  return JSON.stringify({ builtFrom: BUILT_FROM, state } satisfies StartDocument);
}

/** The state (JSON) that this build wrote to `file`; null if missing, corrupt or of another build. */
export function readStartState(file: string): string | null {
  try {
    const document: unknown = JSON.parse(readText(file));
    if (typeof document !== 'object' || document === null || !('builtFrom' in document) || !('state' in document)) return null;
    return document.builtFrom === BUILT_FROM && typeof document.state === 'string' ? document.state : null;
  } catch {
    return null;
  }
}

/** Embeds the state in the page as a data block, which the content security policy allows and nothing executes. */
export function withStartState(html: string, state: string | null): string {
  if (state === null) return html;
  // "<" is escaped so that no text in the state can end the block.
  const block = `<script type="application/json" id="${START_ELEMENT_ID}">${state.replaceAll('<', '\\u003c')}</script>`;
  return html.replace('<div id="root"></div>', () => `${block}<div id="root"></div>`);
}
