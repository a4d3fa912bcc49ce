import { ipcMain, type WebContents, type WebFrameMain } from 'electron';
import type { Outcome } from '../../shared/contract/define.ts';
import type { EventPayload, HostEventName, PanelEventName } from '../../shared/contract/index.ts';
import type { CodedError } from '../../shared/errors.ts';
import type { Logger } from '../foundation/log/log.ts';
import { isAppOrigin } from './lockdown.ts';

/** The contract's names, put in at build time: the schemas are loaded after the window. */
declare const __CALL_NAMES__: readonly string[];

const SENDER_REFUSED_ERROR: CodedError = {
  code: 'sender-refused',
  layer: 'panel',
  message: 'Request from an untrusted page blocked.',
  hint: 'No action needed.',
  retryable: false,
};

/** Handles one call of the contract: checks the input, runs the handler, returns a failure as data. Never rejects. */
export type Answer = (name: string, raw: unknown) => Promise<Outcome<unknown>>;

/** Whether a call comes from the main frame of the panel's own page. */
export function isTrustedSender(frame: WebFrameMain | null, window: WebContents | null): boolean {
  return frame !== null && window !== null && !window.isDestroyed() && frame === window.mainFrame && isAppOrigin(frame.url);
}

/**
 * Registers every call of the contract. The sender is checked at once; the answer waits until `answer` is there.
 * `window` gives the contents that may call, null while there is no window; `onCall` hears of each call that was let in.
 */
export function registerCalls(o: {
  readonly answer: Promise<Answer>;
  readonly window: () => WebContents | null;
  readonly onCall: (name: string) => void;
  readonly log: Logger;
}): void {
  for (const name of __CALL_NAMES__) {
    ipcMain.handle(name, async (event, raw: unknown): Promise<Outcome<unknown>> => {
      if (!isTrustedSender(event.senderFrame, o.window())) {
        o.log.warn('security.sender-refused', { name, url: event.senderFrame?.url?.slice(0, 200) ?? null });
        return { ok: false, error: SENDER_REFUSED_ERROR };
      }
      o.onCall(name);
      return (await o.answer)(name, raw);
    });
  }
}

/** Pushes events to the window, if there is one to hear them. */
export interface Emit {
  panel<N extends PanelEventName>(name: N, payload: EventPayload<N>): void;
  host<N extends HostEventName>(hostId: string, name: N, value: EventPayload<N>): void;
}

export function createEmit(window: () => WebContents | null): Emit {
  const send = (name: string, payload: unknown): void => {
    const contents = window();
    if (contents !== null && !contents.isDestroyed() && !contents.isCrashed()) contents.send(name, payload);
  };
  return { panel: send, host: (hostId, name, value) => send(name, { hostId, value }) };
}
