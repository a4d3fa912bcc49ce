/** Sentences of the gateway that the main process makes; messages of errors lie beside their codes. */

/** Verdicts of the overload test. */
export const VERDICT_TEXT = {
  cancelled: 'Cancelled: no verdict.',
  split: (accepted: number, rejected: number): string => `${accepted} accepted, ${rejected} rejected (429)`,
  asExpected: (split: string): string => `As expected: ${split}.`,
  expectationUnknown: (split: string): string => `${split}. The expected result is unknown.`,
  more: (split: string, free: number): string =>
    `${split}, with ${free} slots free: slots became free during the test. Use larger images or more steps to keep them in use longer.`,
  fewer: (split: string, free: number): string => `${split}, with ${free} slots free: another user took a slot at the same time.`,
  failed: (split: string, failed: number, message: string): string => `${split}, ${failed} failed. First failure: ${message}`,
  notReady: (split: string, failed: number, message: string): string =>
    `${split}, ${failed} failed. The backend is not ready, so the slots could not be tested: ${message}`,
} as const;

/** What the system's dialog asks before the gateway is trusted otherwise. */
export const TRUST_TEXT = {
  notSetUp: 'not set up',
  place: (address: string, viaHost: string | null): string => `${address}${viaHost === null ? '' : ` via SSH to ${viaHost}`}`,
  gateway: (place: string): string => `Gateway: ${place}`,
  pinQuestion: 'Trust this certificate of the gateway?',
  pin: 'Trust certificate',
  sha256: (fingerprint: string): string => `SHA-256: ${fingerprint}`,
  tokenGoesTo: 'The token is sent to any server with this certificate.',
  systemQuestion: 'Verify the gateway with the system CAs of this computer?',
  system: 'Use system CAs',
  trustRemoved: 'The accepted certificate or imported CA is removed.',
  authorityQuestion: (count: number): string =>
    `Trust every gateway certificate signed by ${count === 1 ? 'this CA' : `these ${count} CAs`}?`,
  authority: (count: number): string => (count === 1 ? 'Trust CA' : 'Trust CAs'),
  subject: (subject: string): string => `CA: ${subject}`,
  validUntil: (date: string): string => `Valid until: ${date}`,
  moreNotShown: (count: number): string => `… and ${count} more that are not shown. Cancel unless you trust the whole file.`,
} as const;

/** Why the gateway's log of requests is not read, and what would change that. */
export const REQUEST_LOG_TEXT = {
  noGateway: { kind: 'unavailable', reason: 'No gateway is set up.', remedy: 'Set up the gateway.' },
  notListed: {
    kind: 'unavailable',
    reason: 'The gateway’s machine is not in the list of hosts.',
    remedy: 'Add it as a host; its request log is then read over SSH.',
  },
  notConnected: {
    kind: 'unavailable',
    reason: 'The gateway’s machine is not connected.',
    remedy: 'Connect to it; its request log is then read over SSH.',
  },
  absent: (path: string) =>
    ({
      kind: 'unavailable',
      reason: `The gateway’s machine has no ${path}.`,
      remedy: 'Set REQUEST_LOG_ENABLED=true on the gateway and restart it. If the gateway runs on another machine, add that one as a host.',
    }) as const,
  denied: (path: string) =>
    ({
      kind: 'unavailable',
      reason: `The login may not read ${path}.`,
      remedy: 'Let it read the log, such as by the group of the file: sudo usermod -aG gateway LOGIN; then reconnect.',
    }) as const,
} as const;
