import type { Bridge, HostBridge, PreloadApi } from '../shared/contract/index.ts';
import { type PanelError, PanelException, panelError } from '../shared/errors.ts';

type Member = (...args: readonly unknown[]) => unknown;

/** `onSamples` is a subscription, `older` a call. */
const SUBSCRIBER = /^on[A-Z]/;

const isMember = (value: unknown): value is Member => typeof value === 'function';

function brokenBridgeError(detail: string): PanelException {
  return panelError({
    code: 'bad-answer',
    layer: 'panel',
    message: 'Internal error.',
    hint: 'Try again; if it fails again, copy the details and report them.',
    retryable: true,
    detail,
  });
}

function isPanelError(value: unknown): value is PanelError {
  return typeof value === 'object' && value !== null && 'code' in value && 'layer' in value && 'message' in value && 'hint' in value;
}

/** The value of an outcome. Throws its error as PanelException, or `bad-answer` for anything that is not an outcome. */
export function unwrap(name: string, outcome: unknown): unknown {
  if (typeof outcome !== 'object' || outcome === null || !('ok' in outcome)) throw brokenBridgeError(`${name} returned no outcome`);
  if (outcome.ok === true) return 'value' in outcome ? outcome.value : undefined;
  throw 'error' in outcome && isPanelError(outcome.error)
    ? new PanelException(outcome.error)
    : brokenBridgeError(`${name} failed without an error`);
}

/** The preload's functions with outcomes unwrapped; `wrap` turns an argument into the call's input. Subscriptions pass through. */
function unwrapAll(api: PreloadApi, wrap: (input: unknown) => unknown): Record<string, Record<string, Member>> {
  const bridge: Record<string, Record<string, Member>> = {};
  for (const [capability, members] of Object.entries(api)) {
    const wrapped: Record<string, Member> = {};
    for (const [name, member] of Object.entries<unknown>(members)) {
      if (!isMember(member)) continue;
      wrapped[name] = SUBSCRIBER.test(name) ? member : async (input) => unwrap(`${capability}.${name}`, await member(wrap(input)));
    }
    bridge[capability] = wrapped;
  }
  return bridge;
}

/** The calls without a host, and every subscription. */
export function createBridge(api: PreloadApi): Bridge {
  return unwrapAll(api, (input) => input) as Bridge;
}

/** The calls about one host. */
export function createHostBridge(api: PreloadApi, hostId: string): HostBridge {
  return unwrapAll(api, (value) => ({ hostId, value })) as HostBridge;
}

/** The only access to the main process. Calls throw PanelException; `on…` returns its unsubscribe. */
export const bridge: Bridge = createBridge(window.ada);

const ofHosts = new Map<string, HostBridge>();

/** The calls about a host; always the same object for the same host. */
export function bridgeOf(hostId: string): HostBridge {
  const known = ofHosts.get(hostId) ?? createHostBridge(window.ada, hostId);
  ofHosts.set(hostId, known);
  return known;
}
