import { type CallName, calls, type Handlers } from '../../shared/contract/index.ts';
import { type PanelError, toPanelError } from '../../shared/errors.ts';
import type { Logger } from '../log.ts';
import type { Answer } from './ipc.ts';

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

/** Answers calls of the contract: input check, run, failure as data. A name that is not in the contract is bad input, too. */
export function createAnswer(handlers: Handlers, log: Logger): Answer {
  const definitions = new Map(calls.map((definition) => [definition.name as string, definition]));
  return async (name, raw) => {
    const input = definitions.get(name)?.input.safeParse(raw);
    if (input === undefined) return { ok: false, error: badInput(name, 'no such call') };
    if (!input.success) return { ok: false, error: badInput(name, input.error.message) };
    try {
      const handle = handlers[name as CallName] as (input: unknown) => unknown;
      return { ok: true, value: await handle(input.data) };
    } catch (thrown) {
      const error = toPanelError(thrown);
      log.warn('ipc.call-failed', { name, code: error.code, ...(error.code === 'unexpected' ? { detail: error.detail } : {}) });
      return { ok: false, error };
    }
  };
}
