import { capitalised } from '../../../shared/diagnosis/text.ts';
import { formatAge, formatRecentTime } from '../../../shared/format.ts';

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
  gpuProcesses: 'GPU processes',
  gpuLoad: 'GPU load',
  power: 'Power',
  temperature: 'Temperature',
} as const;

/** `Show Services`; the pages are named in renderer/pages.tsx, which is above this one. */
export const describeShow = (page: string): string => `Show ${page === 'gpu' ? 'GPU' : capitalised(page)}`;
export const describeServicesCard = (host: string): string => `Services on ${host}`;
export const describeDismiss = (problem: string): string => `Dismiss: ${problem}`;
export const describeDismissed = (count: number): string => (count === 1 ? '1 dismissed problem' : `${count} dismissed problems`);
export const describeConsequences = (consequences: readonly string[]): string => `As a result: ${consequences.join('; ')}.`;
export const describeAsOf = (clock: string): string => `as of ${clock}`;
export const describeSparkline = (figure: string): string => `${figure}, last 15 minutes`;
/** `2 checks fail, the first since 14:02`; `takenAt` where the results are old, else null. */
export function describeFailedChecks(failed: number, since: number, takenAt: number | null, nowMs: number): string {
  const fails = failed === 1 ? '1 check fails since' : `${failed} checks fail, the first since`;
  return `${fails} ${formatRecentTime(since, nowMs)}${takenAt === null ? '' : `, checked ${formatAge(takenAt, nowMs)}`}`;
}
