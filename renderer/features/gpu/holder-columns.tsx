import { formatDateTime, formatDurationShort, formatMiB, UNKNOWN } from '../../../shared/format.ts';
import { serviceColor } from '../../theme/service-colors.ts';
import { useOfNow } from '../../ui/clock.ts';
import type { DataColumn } from '../../ui/table-columns.ts';
import type { HolderRow } from './holder-rows.ts';
import { TEXT } from './text.ts';

/** Columns of the table of who holds VRAM. */
export const HOLDER_COLUMNS: readonly DataColumn<HolderRow>[] = [
  {
    id: 'service',
    label: TEXT.service,
    width: 200,
    sortBy: ({ service }) => service,
    cell: ({ kind, service, holder, pid, atMs }) =>
      kind === 'rest' ? (
        <span className="ada-quiet">{TEXT.driverAndOthers}</span>
      ) : (
        <>
          <span className="ada-gpu-mark" style={{ background: serviceColor(holder) }} aria-hidden />
          {service ?? <span className="ada-quiet">{pid === null && atMs === null ? TEXT.unknown : TEXT.noService}</span>}
        </>
      ),
  },
  {
    id: 'process',
    label: TEXT.process,
    minWidth: 200,
    sortBy: ({ command }) => command,
    cell: ({ kind, command, atMs }) =>
      command === null ? (
        <span className="ada-quiet">{kind === 'rest' || atMs !== null ? UNKNOWN : TEXT.unidentifiedProcess}</span>
      ) : (
        <span className="ada-mono">{command}</span>
      ),
    title: ({ kind, command, atMs }) =>
      kind === 'rest' ? undefined : (command ?? (atMs === null ? TEXT.unidentifiedTip : TEXT.notRecorded)),
  },
  {
    id: 'user',
    label: TEXT.user,
    width: 110,
    dropOrder: 1,
    sortBy: ({ user }) => user,
    cell: ({ user }) => user ?? UNKNOWN,
    title: ({ kind, user, atMs }) => (kind === 'rest' || user !== null ? undefined : atMs === null ? TEXT.unknown : TEXT.notRecorded),
  },
  {
    id: 'pid',
    label: TEXT.pid,
    kind: 'number',
    width: 84,
    dropOrder: 2,
    sortBy: ({ pid }) => pid,
    cell: ({ pid }) => pid ?? UNKNOWN,
  },
  {
    id: 'vram',
    label: TEXT.vram,
    kind: 'number',
    width: 92,
    sortBy: ({ memoryMiB }) => memoryMiB,
    cell: ({ memoryMiB }) => formatMiB(memoryMiB),
    title: ({ memoryMiB }) => (memoryMiB === null ? TEXT.notReportedByDriver : undefined),
  },
  {
    id: 'running',
    label: TEXT.runningFor,
    kind: 'number',
    width: 108,
    dropOrder: 3,
    sortBy: ({ startedAt }) => (startedAt === null ? null : -startedAt),
    cell: ({ startedAt, atMs }) => <RunningFor sinceMs={startedAt} untilMs={atMs} />,
    title: ({ kind, startedAt }) => (kind === 'rest' ? undefined : formatDateTime(startedAt)),
  },
];

function RunningFor({ sinceMs, untilMs }: { readonly sinceMs: number | null; readonly untilMs: number | null }) {
  return useOfNow((nowMs) => (sinceMs === null ? UNKNOWN : formatDurationShort((untilMs ?? nowMs) - sinceMs)));
}
