/** What is shown where a number is not known. */
export const UNKNOWN = '–';

type MaybeNumber = number | null | undefined;

const known = (value: MaybeNumber): value is number => typeof value === 'number' && Number.isFinite(value);

/** MiB as GiB with one decimal and its unit: 19866 → `19.4 GiB`; below 1 GiB as MiB: 482 → `482 MiB`; null and NaN → `–`. */
export function formatMiB(memoryMiB: MaybeNumber): string {
  if (!known(memoryMiB)) return UNKNOWN;
  return Math.abs(memoryMiB) < 1024 ? `${Math.round(memoryMiB)} MiB` : `${(memoryMiB / 1024).toFixed(1)} GiB`;
}

/** MiB as GiB with one decimal, without the unit, for `19.4 / 45.0 GiB`. */
export function formatGiBNumber(memoryMiB: MaybeNumber): string {
  return known(memoryMiB) ? (memoryMiB / 1024).toFixed(1) : UNKNOWN;
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** Bytes in the unit that fits (powers of 1024), one decimal from KiB on: 1536 → `1.5 KiB`. */
export function formatBytes(bytes: MaybeNumber): string {
  if (!known(bytes)) return UNKNOWN;
  let value = Math.abs(bytes);
  let unit = 0;
  // 1023.95 would be printed as "1024.0": go one unit up before that.
  while (value >= (unit === 0 ? 1024 : 1023.95) && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 ? value.toFixed(0) : value.toFixed(1);
  return `${bytes < 0 ? '−' : ''}${digits} ${BYTE_UNITS[unit] ?? ''}`;
}

/** A length of time in its two largest units: `4 s`, `2 min 5 s`, `2 h 14 min`, `9 days 3 h`. Under a second: `120 ms`. */
export function formatDuration(elapsedMs: MaybeNumber): string {
  if (!known(elapsedMs)) return UNKNOWN;
  const ms = Math.max(0, elapsedMs);
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return two(minutes, 'min', seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return two(hours, 'h', minutes % 60, 'min');
  const days = Math.floor(hours / 24);
  return days < 10 ? two(days, days === 1 ? 'day' : 'days', hours % 24, 'h') : `${days} days`;
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** A length of time in its largest unit only, for tight places: `9 days`, `2 h`, `5 min`, `4 s`. */
export function formatDurationShort(elapsedMs: MaybeNumber): string {
  if (!known(elapsedMs)) return UNKNOWN;
  const seconds = Math.max(0, Math.floor(elapsedMs / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  const days = Math.floor(seconds / 86_400);
  return `${days} ${days === 1 ? 'day' : 'days'}`;
}

/** What is read every few seconds is not counted up between two readings. */
const JUST_NOW_MS = 10_000;

/** How long ago something was: `just now` (under 10 s), `12 s ago`, `3 min ago`, `2 days ago`. A time ahead of now is `just now`. */
export function formatAge(atMs: MaybeNumber, nowMs: number): string {
  if (!known(atMs)) return UNKNOWN;
  const elapsedMs = nowMs - atMs;
  return elapsedMs < JUST_NOW_MS ? 'just now' : `${formatDurationShort(elapsedMs)} ago`;
}

/** Percent without decimals: 97.2 → `97 %`. Takes 0..100, not 0..1. */
export function formatPercent(percent: MaybeNumber): string {
  return known(percent) ? `${Math.round(percent)} %` : UNKNOWN;
}

/** `12.3 GiB free of 931.0 GiB (1 %)`. */
export function formatDiskSpace({ freeBytes, sizeBytes }: { readonly freeBytes: number; readonly sizeBytes: number }): string {
  const share = sizeBytes === 0 ? null : (freeBytes / sizeBytes) * 100;
  return `${formatBytes(freeBytes)} free of ${formatBytes(sizeBytes)} (${formatPercent(share)})`;
}

/** A round trip: `12 ms`, `0.8 ms` below one, `1.2 s` from a second on. */
export function formatRoundTrip(roundTripMs: MaybeNumber): string {
  if (!known(roundTripMs)) return UNKNOWN;
  if (roundTripMs >= 1000) return `${(roundTripMs / 1000).toFixed(1)} s`;
  return roundTripMs < 1 ? `${roundTripMs.toFixed(1)} ms` : `${Math.round(roundTripMs)} ms`;
}

const pad = (value: number, length = 2): string => String(value).padStart(length, '0');

/** Local time of day, 24 hours: `14:06:31`. */
export function formatClock(atMs: MaybeNumber): string {
  if (!known(atMs)) return UNKNOWN;
  const at = new Date(atMs);
  return `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
}

/** Local time of day without seconds: `14:06`. */
export function formatClockShort(atMs: MaybeNumber): string {
  return known(atMs) ? formatClock(atMs).slice(0, 5) : UNKNOWN;
}

/** Local date and time: `2026-05-04 14:06`. */
export function formatDateTime(atMs: MaybeNumber): string {
  if (!known(atMs)) return UNKNOWN;
  const at = new Date(atMs);
  return `${pad(at.getFullYear(), 4)}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ${formatClockShort(atMs)}`;
}

/** A time as short as it can be understood: `14:06` on the day of `nowMs`, else with its date. */
export function formatRecentTime(atMs: MaybeNumber, nowMs: number): string {
  const full = formatDateTime(atMs);
  return full.slice(0, 10) === formatDateTime(nowMs).slice(0, 10) ? formatClockShort(atMs) : full;
}

/** A number with a unit, fixed decimals: (287.31, 'W') → `287 W`. */
export function formatQuantity(value: MaybeNumber, unit: string, decimals = 0): string {
  return known(value) ? `${value.toFixed(decimals)} ${unit}` : UNKNOWN;
}

/** A whole number with thin groups: 1234567 → `1 234 567`. */
export function formatCount(count: MaybeNumber): string {
  return known(count) ? String(Math.round(count)).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f') : UNKNOWN;
}
