import type { HostFacts } from '../../../shared/capabilities/facts/contract.ts';
import { outputLines } from '../../../shared/output-lines.ts';
import { plainText } from '../../../shared/plain-text.ts';

const KIB_PER_MIB = 1024;
const MAX_GROUP_CHARS = 64;

/**
 * Parses the output of HOST_SCRIPTS.facts: `key=value` lines; a missing or unreadable value is null. `requestedAt` and `answeredAt` are epoch
 * ms of this computer around the round trip, half of which is subtracted from the clock offset.
 */
export function parseHostFacts(text: string, requestedAt: number, answeredAt: number): HostFacts {
  const values = new Map<string, string>();
  for (const line of outputLines(text)) {
    const equals = line.indexOf('=');
    if (equals > 0) values.set(line.slice(0, equals), line.slice(equals + 1).trim());
  }
  const word = (key: string): string | null => plainText(values.get(key) ?? '') || null;
  const number = (key: string): number | null => {
    const raw = values.get(key);
    const parsed = raw === undefined || raw === '' ? Number.NaN : Number(raw);
    return Number.isFinite(parsed) ? parsed : null;
  };
  const mib = (key: string): number | null => {
    const kib = number(key);
    return kib === null ? null : Math.round(kib / KIB_PER_MIB);
  };
  const hostClockS = number('clock');
  return {
    takenAt: answeredAt,
    osName: word('os'),
    kernel: word('kernel'),
    bootId: word('boot'),
    uptimeS: number('uptime'),
    cpuCount: number('cpus'),
    memoryTotalMiB: mib('memtotalkib'),
    memoryAvailableMiB: mib('memavailablekib'),
    rootTotalBytes: number('rootsize'),
    rootAvailableBytes: number('rootavail'),
    systemdVersion: word('systemd'),
    user: word('user'),
    groups: (values.get('groups') ?? '')
      .split(' ')
      .map((group) => plainText(group, MAX_GROUP_CHARS))
      .filter((group) => group !== ''),
    clockOffsetMs: hostClockS === null ? null : Math.round(hostClockS * 1000 - (requestedAt + answeredAt) / 2),
  };
}
