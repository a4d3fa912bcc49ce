import { MAX_SENTENCE_CHARS, plainText } from '../../../shared/plain-text.ts';

/** One unit as `systemctl show` printed it; null = `[not set]`, absent or never. Times are epoch ms of the host's clock. */
export interface ShownUnit {
  readonly id: string;
  readonly description: string;
  readonly loadState: string;
  readonly activeState: string;
  readonly subState: string;
  readonly result: string;
  readonly unitFileState: string;
  readonly type: string;
  readonly mainPid: number | null;
  readonly execMainCode: number | null;
  readonly execMainStatus: number | null;
  readonly restarts: number | null;
  readonly memoryCurrentBytes: number | null;
  readonly cpuUsageNs: number | null;
  readonly tasksCurrent: number | null;
  readonly activeEnteredAt: number | null;
  readonly stateChangedAt: number | null;
  readonly invocationId: string | null;
  readonly fragmentPath: string | null;
  readonly needsDaemonReload: boolean;
  readonly job: number | null;
  readonly requiredBy: readonly string[];
  readonly boundBy: readonly string[];
  readonly consistsOf: readonly string[];
}

/** The longest lines are lists of units. */
const MAX_LINE_CHARS = 16_384;
const MAX_CHARS = 512 * 1024;
const UINT64_MAX = '18446744073709551615';

/**
 * Parses `systemctl show -p … UNIT…`: `Key=Value` lines in systemd's own order, units separated by a blank line
 * (systemctl(1)). A line without `Key=` continues a value that is not used here, and is skipped. Blocks without Id are skipped.
 * Never throws.
 */
export function parseShow(text: string): readonly ShownUnit[] {
  const units: ShownUnit[] = [];
  let properties = new Map<string, string>();
  const close = (): void => {
    if (properties.size === 0) return;
    const unit = toUnit(properties);
    if (unit !== null) units.push(unit);
    properties = new Map();
  };
  for (const raw of text.slice(0, MAX_CHARS).split('\n')) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line === '') {
      close();
      continue;
    }
    const match = /^([A-Z][A-Za-z0-9]{0,60})=(.*)$/.exec(line.slice(0, MAX_LINE_CHARS));
    const key = match?.[1];
    if (key !== undefined && !properties.has(key)) properties.set(key, match?.[2] ?? '');
  }
  close();
  return units;
}

function toUnit(properties: ReadonlyMap<string, string>): ShownUnit | null {
  const text = (key: string): string => plainText(properties.get(key) ?? '', MAX_SENTENCE_CHARS);
  const id = text('Id');
  if (id === '') return null;
  const job = parseCount(text('Job'));
  const pid = parseCount(text('MainPID'));
  return {
    id,
    description: text('Description'),
    loadState: text('LoadState'),
    activeState: text('ActiveState'),
    subState: text('SubState'),
    result: text('Result'),
    unitFileState: text('UnitFileState'),
    type: text('Type'),
    mainPid: pid === 0 ? null : pid,
    execMainCode: parseCount(text('ExecMainCode')),
    execMainStatus: parseCount(text('ExecMainStatus')),
    restarts: parseCount(text('NRestarts')),
    memoryCurrentBytes: parseCount(text('MemoryCurrent')),
    cpuUsageNs: parseCount(text('CPUUsageNSec')),
    tasksCurrent: parseCount(text('TasksCurrent')),
    activeEnteredAt: parseTimestampMs(text('ActiveEnterTimestamp')),
    stateChangedAt: parseTimestampMs(text('StateChangeTimestamp')),
    invocationId: text('InvocationID') || null,
    fragmentPath: text('FragmentPath') || null,
    needsDaemonReload: text('NeedDaemonReload') === 'yes',
    job: job === 0 ? null : job,
    requiredBy: parseList(properties.get('RequiredBy') ?? ''),
    boundBy: parseList(properties.get('BoundBy') ?? ''),
    consistsOf: parseList(properties.get('ConsistsOf') ?? ''),
  };
}

const parseList = (text: string): readonly string[] =>
  text
    .split(/\s+/)
    .map((name) => plainText(name))
    .filter((name) => name !== '');

/** A counter of systemd: null for `[not set]`, `infinity`, the largest uint64 (older systemd's "not set") and anything else. */
export function parseCount(text: string): number | null {
  if (text === UINT64_MAX || !/^\d+$/.test(text)) return null;
  return Number(text);
}

/**
 * A time of systemd in epoch ms: `@SECONDS[.FRACTION]` (--timestamp=unix), or the C locale's
 * `Sun 2026-11-22 21:10:35 UTC`. Null = never, or a time zone whose name is ambiguous.
 */
export function parseTimestampMs(text: string): number | null {
  const unix = /^@(\d{1,12}(?:\.\d{1,9})?)$/.exec(text);
  if (unix !== null) {
    const ms = Math.round(Number(unix[1]) * 1000);
    return ms > 0 ? ms : null;
  }
  // A time zone without a name is printed as its offset.
  const worded = /^[A-Z][a-z]{2} (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,6})?) (UTC|GMT|[+-]\d\d(?::?\d\d)?)$/.exec(text);
  if (worded === null) return null;
  const [, day = '', time = '', zone = ''] = worded;
  const offset = /^[+-]/.test(zone) ? `${zone.slice(0, 3)}:${zone.replace(':', '').slice(3) || '00'}` : 'Z';
  const ms = Date.parse(`${day}T${time.slice(0, 12)}${offset}`);
  return Number.isNaN(ms) ? null : ms;
}
