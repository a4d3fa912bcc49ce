import { capitalised } from '../../../shared/diagnosis/text.ts';
import { formatAge, formatDiskSpace, formatDuration, formatPercent, formatRecentTime } from '../../../shared/format.ts';

/** Strings of the Overview. */
export const TEXT = {
  title: 'Overview',
  showLogs: 'Show logs',
  loading: 'Loading…',
  chain: 'Components of image generation',
  allServices: 'All services',
  nonePinned: 'No services pinned yet',
  service: 'Service',
  state: 'State',
  vram: 'VRAM',
  action: 'Action',
  recentActivity: 'Recent activity',
  allNotices: 'All notices',
  noEvents: 'No events yet',
  otherProblems: 'Other problems',
  pastEvents: 'Past events',
  restore: 'Restore',
  onlyChecksFail: 'All systems respond, but checks fail',
  showChecks: 'Show checks',
  failedChecks: 'Failed checks',
  checks: 'Checks',
  gpuProcesses: 'GPU processes',
  gpuLoad: 'GPU load',
  power: 'Power',
  temperature: 'Temperature',
} as const;

/** `Show Services`; the pages are named in renderer/pages.tsx, which is above this one. */
export const describeShow = (page: string): string => `Show ${page === 'gpu' ? 'GPU' : capitalised(page)}`;
export const describeServicesCard = (host: string): string => `Services on ${host}`;
export const describeLastLines = (unit: string): string => `Last lines of ${unit}`;
export const describeDismiss = (problem: string): string => `Dismiss: ${problem}`;
export const describeDismissed = (count: number): string => (count === 1 ? '1 dismissed problem' : `${count} dismissed problems`);
export const describeConsequences = (consequences: readonly string[]): string => `As a result: ${consequences.join('; ')}.`;
export const describeSparkline = (figure: string): string => `${figure}, last 15 minutes`;
/** `80 of 82 checks passed, run 3 h ago`. */
export function describePassedChecks(
  { passed, count, takenAt }: { readonly passed: number; readonly count: number; readonly takenAt: number },
  nowMs: number,
): string {
  return count === 0 ? 'Checks have not run yet.' : `${passed} of ${count} checks passed, run ${formatAge(takenAt, nowMs)}.`;
}
/** `2 checks fail, the first since 14:02`; `takenAt` where the results are old, else null. */
export function describeFailedChecks(failed: number, since: number, takenAt: number | null, nowMs: number): string {
  const fails = failed === 1 ? '1 check fails since' : `${failed} checks fail, the first since`;
  return `${fails} ${formatRecentTime(since, nowMs)}${takenAt === null ? '' : `, checked ${formatAge(takenAt, nowMs)}`}`;
}

/** Strings of the card "Now". */
export const NOW_TEXT = {
  title: 'Now',
  nothing: 'Nothing is running',
  offline: 'Unknown: not connected',
  invokeAi: 'InvokeAI',
  comfyUi: 'ComfyUI',
  invokeAiQueue: 'InvokeAI queue',
  comfyUiQueue: 'ComfyUI queue',
  lastKnown: 'last known',
  paused: 'paused',
  stalled: 'stalled',
  starting: 'starting the next job',
  running: 'running',
  checks: 'Checks',
  disk: 'Disk of the models',
  diskUnknown: 'Unknown until InvokeAI or ComfyUI responds',
  preview: 'Preview of the current image',
} as const;

/** Why it is not known what a program does, by the phase of the program: `unknown: InvokeAI is not responding`. */
export function describeUnknownQueue(program: string, phase: 'away' | 'waiting' | 'absent' | 'live' | 'failing'): string {
  if (phase === 'failing') return `unknown: ${program} is not responding`;
  return phase === 'live' ? `unknown: not reported by ${program}` : `unknown: waiting for ${program}`;
}

const MAX_TITLE_CHARS = 120;
export const describeJobTitle = (program: string, prompt: string | null): string =>
  prompt === null ? `${program} is generating` : `${program}: ${prompt.slice(0, MAX_TITLE_CHARS)}`;
export const describeWaiting = (count: number): string => (count === 1 ? '1 job waiting' : `${count} jobs waiting`);

/** `Denoising 45 % · 12 s left · 3 jobs waiting`. */
export function describeJobLeft(o: {
  readonly message: string;
  readonly share: number | null;
  readonly leftMs: number | null;
  readonly waiting: number;
}): string {
  const percent = o.share === null ? '' : formatPercent(o.share * 100);
  const parts = [
    [o.message, percent].filter(Boolean).join(' '),
    o.leftMs === null ? '' : `${formatDuration(o.leftMs)} left`,
    o.waiting === 0 ? '' : describeWaiting(o.waiting),
  ];
  return parts.filter(Boolean).join(' · ') || NOW_TEXT.running;
}

/** `12.3 GiB free of 931 GiB (1 %)`; `isOld`: as last reported. */
export const describeDisk = (
  { freeBytes, sizeBytes }: { readonly freeBytes: number; readonly sizeBytes: number },
  isOld: boolean,
): string => `${formatDiskSpace({ freeBytes, sizeBytes })}${isOld ? `, ${NOW_TEXT.lastKnown}` : ''}`;

/** Strings of the card "Since you last looked". */
export const SINCE_TEXT = {
  title: 'Since you last looked',
  nothing: 'No events recorded',
  nothingRead: 'No events in what could be read',
  eventsUnread: 'Events could not be read',
  incidentsUnread: 'Incidents could not be read',
  loading: 'Loading…',
  checks: 'Check failed',
  gateway: 'Gateway',
  connection: 'Connection',
  images: 'Images',
  ongoing: 'ongoing',
} as const;

export const describeSinceWhen = (sinceMs: number, nowMs: number): string => `since ${formatRecentTime(sinceMs, nowMs)}`;

/** `6 times`, beside the time of the last one. */
export const describeRepeats = (count: number): string => `${count} times`;
