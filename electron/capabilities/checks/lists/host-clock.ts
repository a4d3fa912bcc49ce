import { formatDuration, formatRoundTrip } from '../../../../shared/format.ts';
import { byHand, type Check, type Finding, fail, pass, unknown, warn } from '../check.ts';
import type { ClockReading } from '../sources.ts';
import { HOST_TEXT as TEXT } from './host-text.ts';
import { valuesOf } from './machine-facts.ts';

const SKEW_MS = { warn: 2_000, fail: 60_000 } as const;
const JUST_UP_S = 15 * 60;

const ofHost = { group: 'host', layer: 'host', cost: 'reads' } as const;

/** The clock of a machine against this computer's, beyond what is uncertain. */
export function judgeClock({ offsetMs, uncertaintyMs }: ClockReading): Finding {
  if (!Number.isFinite(offsetMs) || !Number.isFinite(uncertaintyMs)) return unknown(TEXT.notReported('its time'));
  const time = Math.abs(offsetMs) < 1000 ? formatRoundTrip(Math.abs(offsetMs)) : formatDuration(Math.abs(offsetMs));
  const summary = TEXT.skew(offsetMs < 0 ? TEXT.behind(time) : TEXT.ahead(time), formatRoundTrip(uncertaintyMs));
  const certainMs = Math.abs(offsetMs) - uncertaintyMs;
  if (certainMs >= SKEW_MS.fail) return fail(summary, byHand(TEXT.setClock));
  return certainMs >= SKEW_MS.warn ? warn(summary, byHand(TEXT.setClock)) : pass(summary);
}

/** Clock and starts of the host. */
export const CLOCK_CHECKS: readonly Check[] = [
  {
    ...ofHost,
    id: 'clock-skew',
    title: 'Clock',
    about: 'The clock of the host differs from that of this computer by less than 2 s.',
    run: ({ host }) => judgeClock(host.clock()),
  },
  {
    ...ofHost,
    id: 'clock-synchronised',
    title: 'Clock is synchronised',
    about: 'A time service keeps the clock of the host right.',
    reads: { first: ['clock'] },
    run: ({ host }) => {
      const word = host.answers().get('clock')?.lines[1];
      if (word === 'yes') return pass(TEXT.synchronised, 'NTPSynchronized=yes');
      return word === 'no'
        ? warn(TEXT.notSynchronised, byHand(TEXT.setNtp), 'NTPSynchronized=no')
        : unknown(TEXT.notReported('whether its clock is synchronised'));
    },
  },
  {
    ...ofHost,
    id: 'uptime',
    title: 'Time since the last restart',
    about: 'How long the host has been up. A restart within the last 15 minutes is reported.',
    reads: { first: ['boot'] },
    run: ({ host }) => {
      const text = valuesOf(host.answers(), 'boot').get('uptimeS') ?? '';
      if (!/^\d{1,12}(?:\.\d{1,9})?$/.test(text)) return unknown(TEXT.notReported('how long it has been up'));
      const time = formatDuration(Number(text) * 1000);
      return Number(text) < JUST_UP_S ? warn(TEXT.justUp(time), byHand(TEXT.wasMeant)) : pass(TEXT.up(time));
    },
  },
  {
    ...ofHost,
    id: 'reboot-pending',
    title: 'Pending restart',
    about: 'No updated package, such as a kernel or a driver, waits for a restart of the host.',
    reads: { first: ['boot'] },
    run: ({ host }) => {
      const values = valuesOf(host.answers(), 'boot');
      const required = values.get('rebootRequired');
      if (required === 'no') return pass(TEXT.noReboot);
      if (required !== 'yes') return unknown(TEXT.notReported('whether a restart is pending'));
      const packages = (values.get('packages') ?? '').split(' ').filter((name) => name !== '');
      return warn(TEXT.reboot(packages.length), byHand(TEXT.restart), ...packages);
    },
  },
];
