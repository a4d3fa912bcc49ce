import type { AdmissionRow, GatewayState, HealthRow, OverloadPlan } from '../../../shared/capabilities/gateway/contract.ts';
import { describeBackend } from '../../../shared/diagnosis/gateway-backends.ts';
import { describeGateway } from '../../../shared/diagnosis/gateway-link.ts';
import { formatClock, formatClockShort, formatDurationShort, formatRoundTrip } from '../../../shared/format.ts';
import { type Tone, toneOf } from '../../ui/tone.tsx';

/** Smaller clock differences are not shown: the gateway reports its own time in whole seconds. */
const MIN_SHOWN_SKEW_MS = 3_000;

/** Strings of the Gateway page. */
export const TEXT = {
  title: 'Gateway',
  edit: 'Edit connection',
  enterToken: 'Enter token',
  retry: 'Retry',
  retrying: 'Retrying',
  notRetried: 'Not retried automatically.',
  lastResponse: 'last response',
  cancel: 'Cancel',

  noGatewayTitle: 'No gateway set up',
  noGatewayBody:
    'The gateway controls access to this host. Enter its address and token to see slots, backend health, and the cause of each 429 and 503.',
  setUp: 'Set up gateway',
  noDataTitle: 'No data yet',
  connectingTitle: 'Connecting to gateway',
  noDataBody: 'Slots and backend health appear here.',

  problems: 'Problems',
  why: 'Why',

  slots: 'Slots',
  slotsAside: 'now and in the last 15 min',
  slotsNotReported: 'Slots not reported',
  noLimits: 'No limits set on the gateway',
  allIdle: 'All classes idle',
  copyClass: 'Copy class',
  copyRow: 'Copy row',
  copyName: 'Copy name',
  slotClass: 'Class',
  slotKind: 'Kind',
  inUse: 'In use',
  chartStart: '15 min ago',
  chartEnd: 'now',
  peak: 'Peak',

  backends: 'Backends',
  backendsAside: 'checked by the gateway every 30 s',
  healthNotReported: 'Backend health not reported',
  noCheckYet: 'The gateway has just started. Its first check runs within 10 s.',
  allWell: 'All backends ready or not set up',
  backend: 'Backend',
  state: 'State',
  details: 'Details',
  checked: 'Checked',
  imagesTag: 'images',

  historySlotClass: 'Slot class',
  historyNote:
    'Recorded while Ada Panel runs; a gap means no readings. The gateway rejects what finds no slot; accepted requests wait in InvokeAI’s queue.',
  loadingHistory: 'Loading history…',
  noReadings: 'No readings in this range',
  chartSlots: 'Slots in use',
  chartSlotsAndQueue: 'Slots in use and InvokeAI queue',
  chartRequests: 'Image requests of this panel',
  seriesInUse: 'in use',
  seriesRunning: 'InvokeAI running',
  seriesWaiting: 'InvokeAI waiting',
  seriesAccepted: 'accepted',
  series429: '429',
  series503: '503',
  seriesFailed: 'failed',

  tools: 'Tools',
  toolsAside: 'since the gateway started',
  loading: 'Loading…',
  afterResponse: 'Available once the gateway responds',
  requestsUnknown: 'Request counts and durations are unknown: the gateway exposes these metrics but does not populate them.',
  toolsOutOfReach: 'Reported on the gateway’s own machine only. Connect via SSH to it, with an address such as https://127.0.0.1:8800.',
  metricsOff: 'Metrics are disabled on this gateway (METRICS_ENABLED)',
  noToolCalls: 'No tool calls yet',
  tool: 'Tool',
  succeeded: 'Succeeded',
  failed: 'Failed',
  mean: 'Mean',
  maxBelow: 'Max below',

  chatModels: 'Chat models',
  listModels: 'List models',
  refreshModels: 'Refresh',
  chatModelsNote: 'Chat models and aliases of the gateway. Image models are on the Models page.',
  listingModels: 'The gateway queries each backend. An unreachable backend can delay this by a minute.',
  noModels: 'No models. The gateway leaves out backends that do not respond.',
  modelName: 'Name',
  upstreamModel: 'Upstream model',
  gatewayItself: 'gateway',

  overload: 'Overload test',
  requests: 'Concurrent requests',
  stepsEach: 'Steps per image',
  imageSize: 'Image size',
  expectedUnknown: 'Expected result unknown: free slots not reported.',
  overloadWarning:
    'Other users will get 429 too. Results are discarded. Cancel stops waiting only: slots stay in use until the gateway has finished the images.',
  requestWaiting: 'in progress',
  requestAccepted: '200 OK',
  requestCancelled: 'cancelled',
  requestNoSlot: '429, no slot',
  overloadRunning: 'In progress',
  slotsUnknown: 'Slot state unknown',
  slotsStillInUse: 'Slots still in use',

  connectVia: 'Connect via',
  direct: 'this computer, directly',
  address: 'Address',
  observabilityPort: 'Observability port',
  observabilityPortNote: 'Reachable on the gateway’s own machine only.',
  imagesClass: 'Backend class for images',
  imagesClassNote: 'IMAGES_BACKEND_CLASS of the gateway. Updated from every 429 and 503 that names another class.',
  token: 'Token',
  tokenSaved: 'Saved. Leave empty to keep it.',
  tokenDropped: 'The saved token and certificate belong to the previous address and will be removed.',
  tokenNote: 'One of GATEWAY_BEARER_TOKENS. Sent only after the certificate is verified; saved in the keyring.',
  removeGateway: 'Remove gateway and token',
  save: 'Save',

  acceptCertificate: 'Accept this certificate',
  acceptNewCertificate: 'Accept the new certificate',
  importAuthority: 'Import CA certificate…',
  acceptedBefore: 'Previously accepted',
  presentedNow: 'Presented now',
  sha256: 'SHA-256',
  compareCommand: 'Compare on the gateway: openssl x509 -noout -fingerprint -sha256 -in /etc/ssl/certs/server.crt',
} as const;

/** Names of the facts of a certificate, in the order shown. */
export const CERTIFICATE_TEXT = [
  ['subject', 'Subject'],
  ['names', 'Valid for'],
  ['otherName', 'Name'],
  ['issuer', 'Issuer'],
  ['validFrom', 'Valid from'],
  ['validTo', 'Valid until'],
  ['reason', 'OpenSSL reason'],
] as const;

/** What a field of the connection accepts. */
export const FIELD_SHAPES: Readonly<Record<string, string>> = {
  address: 'Use https://ai2:8800, or https://host/path behind a proxy.',
  via: 'Select a connection.',
  observabilityPort: 'Use a port from 1 to 65535.',
  imagesClass: 'Use a backend class, such as gpu_heavy.',
};

export interface StateText {
  readonly tone: Tone;
  readonly word: string;
}

export function describeGatewayState(gateway: Pick<GatewayState, 'phase' | 'reading' | 'profile'>): StateText {
  const { severity, state } = describeGateway(gateway);
  return { tone: toneOf(severity), word: state };
}

/** State of a backend by the gateway's last health check, as the diagnosis has it. */
export function describeHealth(row: HealthRow, imagesClass: string, nowMs: number): StateText & { readonly detail: string } {
  const { severity, word, detail } = describeBackend(row, imagesClass, nowMs);
  return { tone: toneOf(severity), word, detail };
}

/** `No problems: 0 of 2 image slots in use, 7 backends ready`. */
export function describeAllWell({ reading, profile }: Pick<GatewayState, 'reading' | 'profile'>): string {
  const slots = reading?.admission?.find((row) => row.routeKind === 'images' && row.backendClass === profile?.imagesClass);
  const ready = reading?.health?.filter(({ isReady }) => isReady === true).length ?? 0;
  const parts = [
    ...(slots === undefined ? [] : [`${describeSlots(slots)} image slots in use`]),
    ...(ready === 0 ? [] : [ready === 1 ? '1 backend ready' : `${ready} backends ready`]),
  ];
  return parts.length === 0 ? 'No problems' : `No problems: ${parts.join(', ')}`;
}
/** `since 14:02`; empty = since before the panel's first reading. */
export const describeSince = (since: number | null): string => (since === null ? '' : `since ${formatClockShort(since)}`);
export const describeCopied = (text: string): string => `Copied ${text.length > 80 ? `${text.slice(0, 79)}…` : text}`;
export const describeIdle = (classes: number): string => (classes === 1 ? '1 class idle' : `${classes} classes idle`);
/** `6 ready, 4 not set up`. */
export const describeWell = (ready: number, notSetUp: number): string =>
  [...(ready === 0 ? [] : [`${ready} ready`]), ...(notSetUp === 0 ? [] : [`${notSetUp} not set up`])].join(', ');

/** `1 of 2`, `? of 2`, or `not reported`. */
export function describeSlots({ inflight, limit }: AdmissionRow): string {
  if (inflight === null && limit === null) return 'not reported';
  return `${inflight ?? '?'} of ${limit ?? '?'}`;
}
export const describeSlotsInUse = (slots: string): string => `${slots} slots in use`;
/** `1 of 2 slots free`; null when unknown. */
export function describeFreeSlots(row: AdmissionRow | undefined): string | null {
  return row?.available == null || row.limit === null ? null : `${row.available} of ${row.limit} slots free`;
}
export const describeSlotHistory = ({ backendClass, routeKind, limit }: AdmissionRow): string =>
  `Slots in use, ${backendClass} ${routeKind}, last 15 min, scale 0 to ${limit ?? 'peak'}`;
export const describeLimit = (limit: number): string => `limit ${limit}`;
export const describeBucket = (bucketMs: number): string => `in ${formatDurationShort(bucketMs)}`;

/** `clock 5 s ahead`; null when the offset is too small to matter or unknown. */
export function describeSkew(offsetMs: number | null): string | null {
  if (offsetMs === null || Math.abs(offsetMs) < MIN_SHOWN_SKEW_MS) return null;
  return `clock ${formatDurationShort(Math.abs(offsetMs))} ${offsetMs > 0 ? 'ahead' : 'behind'}`;
}

/** `https://ai2:8800 via SSH to Lab`; null = direct. */
export const describeEndpoint = (address: string, hostLabel: string | null): string =>
  hostLabel === null ? address : `${address} via ${describeSsh(hostLabel)}`;
export const describeSsh = (hostLabel: string): string => `SSH to ${hostLabel}`;
export const describeLatency = (elapsedMs: number): string => `latency ${formatRoundTrip(elapsedMs)}, `;
export const describeUnavailable = (why: string): string => `Unavailable: ${why}`;

/** Help below the address field; `impliedPort` null = the address names its port or is not valid. */
export const describeAddress = (impliedPort: number | null): string =>
  `The gateway’s default port is 8800. Via SSH, use the address as seen from that host.${impliedPort === null ? '' : ` Without a port, ${impliedPort} is used.`}`;

export const describeOverloadTarget = (backendClass: string): string => `Overload test: ${backendClass}, images`;
export const describeSend = (requests: number): string => `Send ${requests} requests`;
export const describeStarted = (at: number): string => `started ${formatClock(at)}`;
export const describeImageSize = (size: OverloadPlan['size']): string => size.replace('x', ' × ');
export const describePlan = ({ requests, backendClass, size, steps }: OverloadPlan): string =>
  `${requests} requests at once to ${backendClass}, ${describeImageSize(size)}, ${steps} steps.`;
/** What the overload test should produce; `free` null = not reported. */
export function describeExpected(o: { readonly requests: number; readonly free: number | null; readonly limit: number | null }): string {
  if (o.free === null) return TEXT.expectedUnknown;
  const accepted = Math.min(o.requests, o.free);
  return `Expected: ${accepted} accepted, ${o.requests - accepted} rejected (429), with ${o.free} of ${o.limit ?? '?'} slots free.`;
}
export const describeFailedRequest = (status: string | undefined, message: string): string => `${status ?? 'failed'}: ${message}`;
export const describeFinished = (slots: string): string => `Images finished, ${describeSlotsInUse(slots)}`;
export const describeOverdue = (slots: string): string => `Time limit passed, ${describeSlotsInUse(slots)}, possibly by other users`;
export const describeStillInUse = (slots: string): string => `${slots} slots still in use`;
export const describeTimeLimit = (leftMs: number): string =>
  `The gateway finishes the images already started. Its usual time limit ends in ${Math.ceil(leftMs / 1000)} s.`;
