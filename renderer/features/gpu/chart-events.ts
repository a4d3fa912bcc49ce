import { IconAlertTriangle, IconBolt, IconPhoto, IconPlayerPlay, IconPlayerStop, type TablerIcon } from '@tabler/icons-react';
import type { HistoryEvent } from '../../../shared/capabilities/history/contract.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import type { ChartEvent, ChartMark } from '../../ui/time-series/types.ts';
import { describeUnitEvent, TEXT } from './text.ts';

/** What can be shown and hidden on the charts. */
export const EVENT_KINDS = ['incidents', 'services', 'xids', 'images'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** Opens the logs of a moment, of one unit where that is known. */
export type OpenLogs = (atMs: number, unit: string | null) => void;

/** Units that come up or go down; what lies between is no news. */
const UNIT_STATES: Readonly<Record<string, { readonly icon: TablerIcon; readonly tone: ChartEvent['tone'] }>> = {
  running: { icon: IconPlayerPlay, tone: 'info' },
  stopped: { icon: IconPlayerStop, tone: 'info' },
  failed: { icon: IconPlayerStop, tone: 'bad' },
};

function shownAs({ kind, subject, at, state, detail }: HistoryEvent, openLogs: OpenLogs): ChartEvent | null {
  const key = `${kind} ${subject} ${at} ${state}`;
  if (kind === 'unit') {
    const look = UNIT_STATES[state.toLowerCase()];
    if (look === undefined) return null;
    const label = describeUnitEvent(shortUnitName(subject), state.toLowerCase(), detail);
    return { key, atMs: at, ...look, label, open: () => openLogs(at, subject) };
  }
  if (kind === 'xid') {
    return {
      key,
      atMs: at,
      icon: IconBolt,
      tone: 'bad',
      label: [state, detail].filter(Boolean).join(' · '),
      open: () => openLogs(at, null),
    };
  }
  if (kind === 'image') {
    const label = [`${TEXT.imageRun} ${state}`, detail].filter(Boolean).join(' · ');
    return { key, atMs: at, icon: IconPhoto, tone: state === 'failed' ? 'warning' : 'info', label, open: () => openLogs(at, null) };
  }
  return null;
}

const KIND_OF: Readonly<Partial<Record<HistoryEvent['kind'], EventKind>>> = { unit: 'services', xid: 'xids', image: 'images' };

export type EventsByKind = Readonly<Record<EventKind, readonly ChartEvent[]>>;
export type EventCounts = Readonly<Record<EventKind, number | null>>;

/** Recorded changes and incidents by kind, each in order of time. */
export function eventsByKind(events: readonly HistoryEvent[], incidents: readonly ChartMark[], openLogs: OpenLogs): EventsByKind {
  const sorted: Record<EventKind, ChartEvent[]> = {
    incidents: incidents.map(({ key, fromMs, tone, label, open }) => ({
      key,
      atMs: fromMs,
      tone,
      icon: IconAlertTriangle,
      label: label.split('\n').slice(0, 2).join(': '),
      open,
    })),
    services: [],
    xids: [],
    images: [],
  };
  for (const event of events) {
    const kind = KIND_OF[event.kind];
    const shown = kind === undefined ? null : shownAs(event, openLogs);
    if (kind !== undefined && shown !== null) sorted[kind].push(shown);
  }
  return sorted;
}

/** How many events of each kind there are; null = not read. */
export const countsOf = (events: EventsByKind, isRead: { readonly events: boolean; readonly incidents: boolean }): EventCounts => ({
  incidents: isRead.incidents ? events.incidents.length : null,
  services: isRead.events ? events.services.length : null,
  xids: isRead.events ? events.xids.length : null,
  images: isRead.events ? events.images.length : null,
});

/** The events of the kinds that are not hidden, in order of time. */
export const shownEvents = (events: EventsByKind, hidden: readonly EventKind[]): readonly ChartEvent[] =>
  EVENT_KINDS.filter((kind) => !hidden.includes(kind))
    .flatMap((kind) => events[kind])
    .toSorted((a, b) => a.atMs - b.atMs);

/** Events as marks over the lines of every chart. Image runs are too many to be drawn there. */
export const marksOfEvents = (events: EventsByKind, hidden: readonly EventKind[]): readonly ChartMark[] =>
  (['services', 'xids'] as const)
    .filter((kind) => !hidden.includes(kind))
    .flatMap((kind) => events[kind])
    .map(({ key, atMs, tone, label, open }) => ({ key, fromMs: atMs, toMs: atMs, tone, label, open }));
