import { type ZodError, z } from 'zod';
import { calls } from '../../shared/contract/index.ts';
import { isWithinLimits } from '../../shared/contract/limits.ts';
import { type CodedError, type PanelError, toPanelError } from '../../shared/errors.ts';
import { formatCount } from '../../shared/format.ts';
import { HostId } from '../../shared/identifiers.ts';
import type { Logger } from '../foundation/log/log.ts';
import type { CallHandlers } from './handlers.ts';
import type { Answer } from './ipc.ts';

/** The invalid field and its limit; null for input that an operator could not have entered. */
function describeIssue({ issues: [issue] }: ZodError): string | null {
  const field = issue?.path.filter((part) => typeof part === 'string').at(-1);
  if (issue === undefined || field === undefined) return null;
  // `negativePrompt` → `negative prompt`
  const words = field.replace(/([A-Z])/g, ' $1').toLowerCase();
  if (issue.code === 'too_big' || issue.code === 'too_small') {
    const limit =
      issue.code === 'too_big' ? `at most ${formatCount(Number(issue.maximum))}` : `at least ${formatCount(Number(issue.minimum))}`;
    const unit = issue.origin === 'string' ? ' characters' : issue.origin === 'array' ? ' entries' : '';
    return `${words}: ${limit}${unit}`;
  }
  return `${words}: ${issue.message}`;
}

function badInputError(name: string, detail: string, field: string | null = null): CodedError {
  return {
    code: 'bad-input',
    layer: 'panel',
    message: field === null ? `Invalid request ${name}.` : `Invalid input: ${field}.`,
    hint: 'Correct the input; if you entered nothing, copy the details and report them.',
    retryable: false,
    detail,
  };
}

function inputTooLargeError(name: string): CodedError {
  return {
    code: 'input-too-large',
    layer: 'panel',
    message: `Request ${name} is too large.`,
    hint: 'Shorten the input.',
    retryable: false,
  };
}

/** Input of a call about a host; the call's definition checks the value. */
const HostEnvelope = z.object({ hostId: HostId, value: z.unknown() });

type Parsed = { readonly ok: true; readonly run: (handlers: CallHandlers) => unknown } | { readonly ok: false; readonly error: PanelError };

function parseCall(definition: (typeof calls)[number], raw: unknown): Parsed {
  const { name } = definition;
  const refuse = (error: ZodError): Parsed => ({ ok: false, error: badInputError(name, error.message, describeIssue(error)) });
  if (definition.kind === 'call') {
    const input = definition.input.safeParse(raw);
    return input.success ? { ok: true, run: (handlers) => handlers.ofPanel(name, input.data) } : refuse(input.error);
  }
  const envelope = HostEnvelope.safeParse(raw);
  if (!envelope.success) return { ok: false, error: badInputError(name, 'a call about a host names it') };
  const { hostId, value } = envelope.data;
  const input = definition.input.safeParse(value);
  return input.success ? { ok: true, run: (handlers) => handlers.ofHost(hostId, name, input.data) } : refuse(input.error);
}

/** Handles calls of the contract: checks the input, runs the handler, returns failures as data. An unknown name is bad input. */
export function createAnswer(handlers: CallHandlers, log: Logger): Answer {
  const definitions = new Map(calls.map((definition) => [definition.name as string, definition]));
  return async (name, raw) => {
    const definition = definitions.get(name);
    if (definition === undefined) return { ok: false, error: badInputError(name, 'no such call') };
    if (!isWithinLimits(raw)) return { ok: false, error: inputTooLargeError(name) };
    const parsed = parseCall(definition, raw);
    if (!parsed.ok) return parsed;
    try {
      return { ok: true, value: await parsed.run(handlers) };
    } catch (thrown) {
      const error = toPanelError(thrown);
      log.warn('ipc.call-failed', { name, code: error.code, ...(error.code === 'unexpected' ? { detail: error.detail } : {}) });
      return { ok: false, error };
    }
  };
}
