import type { ConnectionState } from '../../../shared/capabilities/hosts/contract.ts';
import { assertNever } from '../../../shared/errors.ts';
import { formatDuration, formatRoundTrip } from '../../../shared/format.ts';
import type { Tone } from '../../ui/tone.tsx';

/** A connection in the operator's words: a tone, one word, and a short detail that may change every second. */
export interface ConnectionWords {
  readonly tone: Tone;
  readonly word: string;
  readonly detail: string;
}

export function connectionWords(state: ConnectionState, nowMs: number): ConnectionWords {
  switch (state.kind) {
    case 'offline':
      return { tone: 'off', word: 'not connected', detail: '' };
    case 'connecting':
      return { tone: 'busy', word: 'connecting', detail: state.attempt > 1 ? `try ${state.attempt}` : '' };
    case 'checking-host-key':
      return { tone: 'busy', word: 'checking host key', detail: '' };
    case 'authenticating':
      return { tone: 'busy', word: 'signing in', detail: state.method };
    case 'online':
      return { tone: 'good', word: 'connected', detail: formatRoundTrip(state.roundTripMs) };
    case 'reconnecting': {
      const waitMs = state.nextTryAt - nowMs;
      return { tone: 'warning', word: 'reconnecting', detail: waitMs >= 1000 ? `in ${formatDuration(waitMs)}` : `try ${state.attempt}` };
    }
    case 'blocked':
      return { tone: 'bad', word: 'blocked', detail: '' };
    default:
      return assertNever(state);
  }
}
