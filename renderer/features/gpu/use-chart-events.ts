import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { HistoryEvent } from '../../../shared/capabilities/history/contract.ts';
import { bridge } from '../../bridge.ts';
import { createPageState } from '../../stores/page-state.ts';
import { setPage } from '../../stores/view.ts';
import type { ChartEvent, ChartMark, TimeSpan } from '../../ui/time-series/types.ts';
import { around } from '../history/around.ts';
import { countsOf, type EventCounts, type EventKind, eventsByKind, marksOfEvents, shownEvents } from './chart-events.ts';

const REFRESH_INTERVAL_MS = 15_000;
const NO_EVENTS: readonly HistoryEvent[] = [];
const useHiddenKinds = createPageState<readonly EventKind[]>([]);

const openLogs = (atMs: number, unit: string | null): void => setPage('logs', { ...around(atMs), ...(unit === null ? {} : { unit }) });

export interface ChartEvents {
  readonly counts: EventCounts;
  /** What is shown, in order of time. */
  readonly events: readonly ChartEvent[];
  readonly marks: readonly ChartMark[];
  readonly hidden: readonly EventKind[];
  readonly setHidden: (hidden: readonly EventKind[]) => void;
}

/** Events of the host within the span, with its incidents; what the operator hid is left out. */
export function useChartEvents(hostId: string, span: TimeSpan, incidents: readonly ChartMark[], areIncidentsRead: boolean): ChartEvents {
  const [hidden, setHidden] = useHiddenKinds();
  const fromMs = Math.floor(span.fromMs / 60_000) * 60_000;
  const toMs = Math.ceil(span.toMs / 60_000) * 60_000;
  const { data } = useQuery({
    queryKey: ['history', 'events', hostId, fromMs, toMs],
    queryFn: () => bridge.history.events({ hostId, fromMs, toMs }),
    placeholderData: (previous, query) => (query?.queryKey[2] === hostId ? previous : undefined),
    refetchInterval: REFRESH_INTERVAL_MS,
    gcTime: 60_000,
  });
  return useMemo(() => {
    const byKind = eventsByKind(data ?? NO_EVENTS, incidents, openLogs);
    const marks = [...(hidden.includes('incidents') ? [] : incidents), ...marksOfEvents(byKind, hidden)];
    const counts = countsOf(byKind, { events: data !== undefined, incidents: areIncidentsRead });
    return { counts, events: shownEvents(byKind, hidden), marks, hidden, setHidden };
  }, [data, incidents, areIncidentsRead, hidden, setHidden]);
}

/** No events, where the charts show none. */
export const NO_CHART_EVENTS: ChartEvents = {
  counts: { incidents: null, services: null, xids: null, images: null },
  events: [],
  marks: [],
  hidden: [],
  setHidden: () => {},
};
