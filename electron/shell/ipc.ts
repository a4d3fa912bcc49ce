import { ipcMain, type WebContents, type WebFrameMain } from 'electron';
import type { Outcome } from '../../shared/contract/define.ts';
import { type CallName, calls, type EventName, type EventPayload, type Handlers } from '../../shared/contract/index.ts';
import { type PanelError, toPanelError } from '../../shared/errors.ts';
import type { Logger } from '../log.ts';
import { isAppOrigin } from './lockdown.ts';

const REFUSED: PanelError = {
  code: 'sender-refused',
  layer: 'panel',
  message: 'This page may not speak to Ada Panel.',
  hint: 'Nothing to do: a page that is not the panel tried to use it and was refused.',
  retryable: false,
};

function badInput(name: string, detail: string): PanelError {
  return {
    code: 'bad-input',
    layer: 'panel',
    message: `The request ${name} was not understood.`,
    hint: 'Check what was entered. If this was not your input, copy the details and report them.',
    retryable: false,
    detail,
  };
}

/** Only the main frame of the panel's own page is heard. */
export function isTrustedSender(frame: WebFrameMain | null, window: WebContents | null): boolean {
  return frame !== null && window !== null && !window.isDestroyed() && frame === window.mainFrame && isAppOrigin(frame.url);
}

/**
 * Registers every call of the contract: sender check, input check, run, failure as data.
 * `window` gives the contents that may call, null while there is no window.
 */
export function registerHandlers(handlers: Handlers, window: () => WebContents | null, log: Logger): void {
  for (const definition of calls) {
    const name: CallName = definition.name;
    const handle = handlers[name] as (input: unknown) => unknown;
    ipcMain.handle(name, async (event, raw: unknown): Promise<Outcome<unknown>> => {
      if (!isTrustedSender(event.senderFrame, window())) {
        log.warn('security.sender-refused', { name, url: event.senderFrame?.url?.slice(0, 200) ?? null });
        return { ok: false, error: REFUSED };
      }
      const input = definition.input.safeParse(raw);
      if (!input.success) return { ok: false, error: badInput(name, input.error.message) };
      try {
        return { ok: true, value: await handle(input.data) };
      } catch (thrown) {
        const error = toPanelError(thrown);
        log.warn('ipc.call-failed', { name, code: error.code, ...(error.code === 'unexpected' ? { detail: error.detail } : {}) });
        return { ok: false, error };
      }
    });
  }
}

/** Pushes an event to the window, if there is one to hear it. */
export type Emit = <N extends EventName>(name: N, payload: EventPayload<N>) => void;

export function createEmit(window: () => WebContents | null): Emit {
  return (name, payload) => {
    const contents = window();
    if (contents !== null && !contents.isDestroyed() && !contents.isCrashed()) contents.send(name, payload);
  };
}
