import { formatDateTime, formatDuration, UNKNOWN } from '../../../../shared/format.ts';
import type { HostPast, MonitoringData, Reading } from '../data.ts';
import type { Block, Section, Span } from '../document.ts';
import { describeCause, describeCut, describeRestart, describeSpan, TEXT } from '../text.ts';
import { restartsOf } from './restarts.ts';

const MAX_ROWS = 200;

const unread = (reading: Reading<unknown>, what: string): readonly Block[] =>
  reading.kind === 'unknown' ? [{ kind: 'notice', text: `${what} unknown: ${reading.reason}` }] : [];

const cutNotice = (total: number, what: string): readonly Block[] =>
  total > MAX_ROWS ? [{ kind: 'notice', text: describeCut(MAX_ROWS, total, what) }] : [];

export function incidentsSection({ incidents }: MonitoringData, span: Span): Section {
  if (incidents.kind === 'unknown') return { id: 'incidents', title: TEXT.incidents, blocks: unread(incidents, 'Incidents are') };
  const { incidents: found, isCapped, unread: missing } = incidents.value;
  return {
    id: 'incidents',
    title: TEXT.incidents,
    blocks: [
      ...missing.map((text): Block => ({ kind: 'notice', text })),
      ...(isCapped ? [{ kind: 'notice', text: 'Older incidents of the span were left out.' } as const] : []),
      ...cutNotice(found.length, 'incidents'),
      found.length === 0
        ? { kind: 'text', text: TEXT.noIncidents }
        : {
            kind: 'table',
            columns: [{ title: 'When' }, { title: 'What' }, { title: 'Who' }, { title: 'Evidence' }],
            rows: found
              .slice(-MAX_ROWS)
              .map(({ beginMs, endMs, cut, summary, severity, who, unit, evidence }) => [
                `${cut.begin ? '≤ ' : ''}${describeSpan({ fromMs: beginMs, toMs: endMs ?? span.toMs })}${endMs === null ? `, ${TEXT.ongoing}` : cut.end ? ' or later' : ''}`,
                `${summary} (${severity})`,
                who ?? unit ?? TEXT.unknown,
                evidence.join('; '),
              ]),
          },
    ],
  };
}

export function restartsSection({ hostPast }: MonitoringData, span: Span): Section {
  if (hostPast.kind === 'unknown') return { id: 'restarts', title: TEXT.restarts, blocks: unread(hostPast, 'Restarts are') };
  const restarts = restartsOf(hostPast.value, span);
  const isCut = hostPast.value.units.filter((unit) => unit.isCut);
  return {
    id: 'restarts',
    title: TEXT.restarts,
    blocks: [
      ...bootBlocks(hostPast.value, span),
      ...isCut.map((unit): Block => ({ kind: 'notice', text: `${unit.name} changed so often that only its newest changes were read.` })),
      ...cutNotice(restarts.length, 'restarts'),
      restarts.length === 0
        ? { kind: 'text', text: TEXT.noRestarts }
        : {
            kind: 'table',
            columns: [
              { title: 'Time' },
              { title: 'Unit' },
              { title: 'What' },
              { title: 'By' },
              { title: 'Down', isNumber: true },
              { title: 'End' },
            ],
            rows: restarts
              .slice(-MAX_ROWS)
              .map((restart) => [
                formatDateTime(restart.atMs),
                restart.unit,
                describeRestart(restart),
                describeCause(restart.cause),
                restart.downMs === null ? UNKNOWN : formatDuration(restart.downMs),
                restart.ending ?? '',
              ]),
          },
    ],
  };
}

function bootBlocks({ boots }: HostPast, span: Span): readonly Block[] {
  const [first] = boots;
  if (first === undefined) return [{ kind: 'notice', text: 'The journal of the host lists no boots; what happened before is unknown.' }];
  // The first entry of the journal is no start of the host where older ones were deleted.
  const started = boots.slice(1).filter(({ fromMs }) => fromMs >= span.fromMs && fromMs < span.toMs);
  const blocks: Block[] = [];
  if (first.fromMs > span.fromMs) {
    blocks.push({ kind: 'notice', text: `The host’s journal begins ${formatDateTime(first.fromMs)}; earlier restarts are unknown.` });
  }
  blocks.push({
    kind: 'text',
    text:
      started.length === 0
        ? first.fromMs > span.fromMs
          ? 'The host was not restarted since then.'
          : 'The host was not restarted in this span.'
        : `Starts of the host: ${started.map(({ fromMs }) => `${formatDateTime(fromMs)}${offBefore(boots, fromMs)}`).join(', ')}.`,
  });
  return blocks;
}

function offBefore(boots: readonly Span[], atMs: number): string {
  const before = boots.findLast(({ toMs }) => toMs < atMs);
  return before === undefined ? '' : ` (off for ${formatDuration(atMs - before.toMs)})`;
}

export function xidsSection({ hostPast, events }: MonitoringData): Section {
  const stored = events
    .filter(({ kind }) => kind === 'xid')
    .map(({ at, subject, state, detail }) => [formatDateTime(at), subject, state, detail ?? '']);
  const read =
    hostPast.kind === 'read'
      ? hostPast.value.xids.map(({ at, busId, xid, meaning }) => [formatDateTime(at), busId, `Xid ${xid ?? TEXT.unknown}`, meaning])
      : null;
  const rows = read ?? stored;
  return {
    id: 'xids',
    title: TEXT.xids,
    blocks: [
      ...(read === null ? unread(hostPast, 'Those that the panel did not see are') : []),
      ...cutNotice(rows.length, 'errors'),
      rows.length === 0
        ? { kind: 'text', text: TEXT.noXids }
        : {
            kind: 'table',
            columns: [{ title: 'Time' }, { title: 'GPU' }, { title: 'Error' }, { title: 'Meaning' }],
            rows: rows.slice(-MAX_ROWS),
          },
    ],
  };
}
