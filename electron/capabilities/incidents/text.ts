import { formatDuration, formatMiB } from '../../../shared/format.ts';

/** What the readings showed of one reason. */
export const REASONS = {
  hardwareThermal: 'Overheating: the hardware lowers the clocks',
  softwareThermal: 'Temperature limit: the driver lowers the clocks',
  powerBrake: 'Power brake: the hardware lowers the clocks',
  hardware: 'Hardware slowdown: the hardware lowers the clocks',
  powerLimit: 'Running at the power limit',
} as const;

export const describeHot = (hotC: number): string => `Hotter than ${hotC} °C`;
export const describePeakTemperature = (peakC: number): string => `Up to ${Math.round(peakC)} °C`;
export const describeActive = (activeMs: number): string => `Active for ${formatDuration(activeMs)}`;
export const MISSING_BEFORE = 'No readings before it: it may have begun earlier';
export const MISSING_AFTER = 'No readings after it: it may have lasted longer';

export const describeRising = (fromMiB: number, toMiB: number, jobs: number): string =>
  `VRAM at rest rose from ${formatMiB(fromMiB)} to ${formatMiB(toMiB)} in ${jobs} steps`;
export const describeHeld = (heldMiB: number, who: string): string => `${formatMiB(heldMiB)} of VRAM still in use after ${who} ended`;
export const describeFloor = (atMs: number, floorMiB: number): string =>
  `${new Date(atMs).toISOString()} ${formatMiB(floorMiB)} in use at rest`;

const times = (count: number): string => (count < 2 ? '' : ` (${count} times)`);
export const describeVramFailure = (who: string | null, count: number): string => `${who ?? 'A program'} ran out of VRAM${times(count)}`;
export const describeHostMemoryFailure = (who: string | null, count: number): string =>
  `The host ran out of memory and ended ${who ?? 'a process'}${times(count)}`;
export const describeXids = (name: string, meaning: string, count: number): string => `${name}: ${meaning}${times(count)}`;

/** What is unknown where a source could not be read. */
export const UNREAD = {
  offline: 'The host is not connected: incidents that only its log shows are missing.',
  log: 'The log of the services could not be read: incidents that only it shows are missing.',
  kernel: 'The kernel log could not be read: incidents that only it shows are missing.',
  noGpu: 'No GPU of this host is known: incidents of GPUs are missing.',
} as const;

export const describeLogReach = (unit: string, atMs: number): string =>
  `The log of ${unit} is read back to ${new Date(atMs).toISOString()} only: earlier failures are missing.`;
