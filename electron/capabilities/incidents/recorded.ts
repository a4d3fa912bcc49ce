import type { XidEvent } from '../../../shared/capabilities/gpu/contract.ts';
import type { HistoryEvent } from '../../../shared/capabilities/history/contract.ts';
import type { Incident } from '../../../shared/capabilities/incidents/contract.ts';
import { isSamePciAddress } from '../../../shared/pci-address.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import type { Found } from './found.ts';
import { describeHostMemoryFailure, describeVramFailure } from './text.ts';

/** A failure for want of memory as an event of the history, which the log of the host may lose; null = found in stored data anyway. */
export const eventOfIncident = ({ kind, unit, who, beginMs, evidence, summary }: Incident): HistoryEvent | null =>
  kind === 'out-of-memory' || kind === 'host-out-of-memory'
    ? { kind: 'incident', subject: unit ?? who ?? '', at: beginMs, state: kind, detail: evidence[0] ?? summary }
    : null;

/** Failures and GPU errors that the panel recorded. Xids have the time of the host's clock; `clockOffsetMs` is taken off. */
export function fromHistory(
  events: readonly HistoryEvent[],
  clockOffsetMs: number,
): { readonly failures: readonly Found[]; readonly xids: readonly XidEvent[] } {
  const failures = events.flatMap((event) => (event.kind === 'incident' ? failureOf(event) : []));
  const xids = events.flatMap(({ kind, subject, at, state, detail }): XidEvent[] => {
    if (kind !== 'xid') return [];
    const number = /^Xid (\d{1,6})$/.exec(state)?.[1];
    const meaning = detail ?? '';
    return [
      {
        at: at - clockOffsetMs,
        busId: subject,
        xid: number === undefined ? null : Number(number),
        text: `${state}: ${meaning}`,
        meaning,
        action: '',
      },
    ];
  });
  return { failures, xids };
}

function failureOf({ subject, at, state, detail }: HistoryEvent): Found[] {
  if (state !== 'out-of-memory' && state !== 'host-out-of-memory') return [];
  const isUnit = subject.endsWith('.service');
  const who = subject === '' ? null : shortUnitName(subject);
  return [
    {
      kind: state,
      severity: state === 'host-out-of-memory' ? 'critical' : 'warning',
      beginMs: at,
      endMs: at,
      cut: { begin: false, end: false },
      gpuUuid: null,
      unit: isUnit ? subject : null,
      who,
      summary: state === 'out-of-memory' ? describeVramFailure(who, 1) : describeHostMemoryFailure(who, 1),
      evidence: detail === null ? [] : [detail],
    },
  ];
}

/** Two clocks and their offset differ by less than this. */
const SAME_MOMENT_MS = 5_000;

/** Failures that the log does not show, after those that it does. */
export function withRecorded(read: readonly Found[], recorded: readonly Found[]): readonly Found[] {
  const isRead = (one: Found): boolean =>
    read.some(
      ({ kind, who, beginMs, endMs }) =>
        kind === one.kind &&
        who === one.who &&
        one.beginMs >= beginMs - SAME_MOMENT_MS &&
        one.beginMs <= (endMs ?? beginMs) + SAME_MOMENT_MS,
    );
  return [...read, ...recorded.filter((one) => !isRead(one))];
}

/** Each GPU error once, with the text of the list that is named first. */
export function uniqueXids(...lists: readonly (readonly XidEvent[])[]): readonly XidEvent[] {
  const unique: XidEvent[] = [];
  for (const next of lists.flat()) {
    const isKnown = unique.some(
      ({ at, xid, busId }) => xid === next.xid && Math.abs(at - next.at) <= SAME_MOMENT_MS && isSamePciAddress(busId, next.busId) !== false,
    );
    if (!isKnown) unique.push(next);
  }
  return unique;
}
