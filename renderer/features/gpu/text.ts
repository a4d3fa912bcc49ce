import type { GpuStatus, KernelLog, UnknownReason } from '../../../shared/capabilities/gpu/contract.ts';
import { formatDateTime, formatMiB } from '../../../shared/format.ts';
import type { GpuMetric } from '../../../shared/gpu-metrics.ts';

/** Strings of the GPU page. */
export const TEXT = {
  title: 'GPU',
  retry: 'Retry',
  connect: 'Connect',
  noData: 'No data',
  appearBody: 'VRAM, load, power, temperature and clocks appear here every second, with VRAM by process.',
  waiting: 'Waiting for data',
  live: 'Live',
  stale: 'Stale',
  lastReading: 'last reading',
  retrying: 'retrying',
  loadingHistory: 'Loading history…',
  vram: 'VRAM',
  load: 'Load',
  power: 'Power',
  temperature: 'Temperature',
  clocks: 'Clocks',
  fan: 'Fan',
  gpu: 'GPU',
  memoryBus: 'memory bus',
  sm: 'SM',
  memory: 'memory',
  health: 'Health',
  lastKnown: 'Last known',
  throttling: 'Throttling',
  notThrottled: 'Not throttled',
  performanceState: 'Performance state',
  performanceStateTip: 'P0 is the fastest state, P8 is idle.',
  ecc: 'ECC',
  on: 'On',
  off: 'Off',
  memoryErrors: 'Memory errors',
  sinceDriverLoad: 'Since the driver was loaded',
  none: 'None',
  remappedRows: 'Remapped rows',
  remappingFailed: 'Remapping failed',
  remappingPending: 'Pending: reboot the host',
  nonePending: 'None pending',
  recovery: 'Recovery',
  noneNeeded: 'None needed',
  persistence: 'Persistence',
  notReported: 'Not reported by this GPU or driver',
  notReportedYet: 'Not reported yet',
  vramByProcess: 'VRAM by process',
  updated: 'updated',
  processesNotLoaded: 'Processes not loaded yet',
  noProcess: 'No process uses VRAM',
  service: 'Service',
  process: 'Process',
  user: 'User',
  pid: 'PID',
  runningFor: 'Running for',
  driverAndOthers: 'Driver and others',
  driverAndOthersTip: 'VRAM in use that no listed process accounts for: the driver and hidden processes.',
  free: 'Free',
  unknown: 'Unknown',
  noService: 'No service',
  unidentified: 'Unidentified',
  unidentifiedProcess: 'Unidentified process',
  unidentifiedTip: 'The PID is hidden: the process runs in another container, or your user may not see it.',
  notReportedByDriver: 'Not reported by the driver',
  others: 'Others',
  compareAll: 'Compare all',
  openGpu: 'Details',
  mig: 'MIG',
  migOn: 'MIG mode: load is not reported',
  vram48h: 'VRAM in use over the last 48 h',
  eventsShown: 'Events on the charts',
  imageRun: 'Image run',
  heldNow: 'VRAM by process now',
  heldLast: 'VRAM by process, last known',
  notRecorded: 'Not recorded for past moments',
  processesNotRecorded: 'No processes recorded at this moment',
  noProcessThen: 'No process used VRAM at this moment',
  showHolders: 'Show VRAM by process',
  kernelErrors: 'GPU errors in the kernel log',
  lost: 'Lost',
} as const;

export const describeNoData = (host: string): string =>
  `VRAM, load, power and temperature appear here every second once nvidia-smi responds on ${host}.`;
export const describeDetecting = (host: string): string => `Detecting GPUs on ${host}`;
export const describeNotConnected = (host: string): string => `Not connected to ${host}`;
export const describeDriver = (version: string | null): string => `driver ${version ?? 'unknown'}`;
export const describeRetry = (wait: string): string => `retrying in ${wait}`;
export const EVENT_KIND_WORDS = { incidents: 'Incidents', services: 'Starts and stops', xids: 'Xids', images: 'Image runs' } as const;
export const describeUnitEvent = (unit: string, state: string, detail: string | null): string =>
  `${unit} ${state === 'running' && detail === 'restarted' ? detail : state}`;
export const describeGpu = ({ index, name }: { readonly index: number; readonly name: string }): string => `${index} · ${name}`;
export const describeCompared = ({ index }: { readonly index: number }, chart: string): string => `GPU ${index} ${chart}`;
export const describeOpenGpu = (gpu: string): string => `Details of ${gpu}`;
export const describeProcesses = (count: number): string => `${count} processes`;
export const describeAt = (moment: string): string => `at ${moment}`;
export const describeHeld = (atMs: number): string => `VRAM by process ${describeAt(formatDateTime(atMs))}`;
export const describePendingEcc = (mode: string): string => `(${mode.toLowerCase()} after the next reboot)`;
export const describeUncorrected = (count: string): string => `${count} uncorrected`;
export const describeCorrected = (count: string): string => `${count} corrected`;
export const describeShares = (shares: readonly { readonly label: string; readonly memoryMiB: number }[]): string =>
  `VRAM: ${shares.map(({ label, memoryMiB }) => `${label} ${formatMiB(memoryMiB)}`).join(', ')}`;
/** Instead of the bar, for a GPU without memory of its own. */
export const describeSharedMemory = ({ heldMiB, hostMiB }: { readonly heldMiB: number | null; readonly hostMiB: number | null }): string =>
  `This GPU reports no VRAM figures, which is usual for GPUs that share host memory. Processes use ${formatMiB(heldMiB)}; the host has ${formatMiB(hostMiB)}.`;
/** The link over the meter of the top bar. */
export const describeGpuCount = (count: number): string => `${count} GPUs`;
export const describeMeterLink = (index: number | null): string => `${index === null ? 'VRAM' : `VRAM of GPU ${index}`}: show GPU`;
export const describeMeter = (name: string, index: number | null): string => `VRAM of ${name}${index === null ? '' : `, GPU ${index}`}`;

const UNKNOWN_REASONS: Readonly<Record<UnknownReason, string>> = {
  absent: TEXT.notReported,
  'no-permission': 'Your user has no permission to read this value',
  error: 'The driver reported an error',
  lost: 'The GPU is lost',
  deprecated: 'No longer reported by this driver',
};

/** Why a metric of a GPU has no number; undefined = the host gave no reason. */
export function describeUnknown(status: Pick<GpuStatus, 'unknown'>, uuid: string, metric: GpuMetric): string | undefined {
  const reason = status.unknown[`${uuid}/${metric}`];
  return reason === undefined ? undefined : UNKNOWN_REASONS[reason];
}

interface LogText {
  readonly tone: 'good' | 'warning' | 'stale';
  readonly word: string;
  readonly hint: string;
}

/** What an empty list of errors means: none, or unknown. */
export const KERNEL_LOG: Readonly<Record<KernelLog, LogText>> = {
  read: { tone: 'good', word: 'None since boot', hint: '' },
  partial: { tone: 'stale', word: 'Incomplete', hint: 'The journal does not reach back to the last boot; earlier errors are unknown.' },
  unknown: { tone: 'stale', word: 'Unknown', hint: 'The kernel log is not loaded yet.' },
  'no-permission': {
    tone: 'warning',
    word: 'Unknown',
    hint: 'Your user may not read the kernel log. Add it to the group "adm" or "systemd-journal" on the host, then reconnect.',
  },
  empty: {
    tone: 'stale',
    word: 'Unknown',
    hint: 'The journal of this host has no kernel messages, as in a container. See the kernel log of the machine it runs on.',
  },
  unreadable: { tone: 'stale', word: 'Unknown', hint: 'Could not read the kernel log. Retrying every minute.' },
};
