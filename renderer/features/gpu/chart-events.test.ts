import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../../shared/capabilities/history/contract.ts';
import type { ChartMark } from '../../ui/time-series/types.ts';
import { countsOf, eventsByKind, marksOfEvents, shownEvents } from './chart-events.ts';

const event = (kind: HistoryEvent['kind'], at: number, state: string, subject = 'invokeai.service'): HistoryEvent => ({
  kind,
  subject,
  at,
  state,
  detail: null,
});
const incident: ChartMark = { key: 'i', fromMs: 25, toMs: 90, tone: 'warning', label: 'Out of VRAM\ninvokeai\nnow', open: () => {} };

describe('events of the charts', () => {
  const opened: unknown[] = [];
  const events = eventsByKind(
    [
      event('unit', 10, 'starting'),
      event('unit', 20, 'running'),
      event('image', 30, 'made', 'gateway'),
      event('xid', 40, 'Xid 79', '00000000:01:00.0'),
      event('unit', 50, 'failed'),
      event('gateway', 60, 'offline', ''),
    ],
    [incident],
    (...where) => opened.push(where),
  );

  it('are starts, stops, Xids, images and incidents, in order of time', () => {
    expect(shownEvents(events, []).map(({ atMs, label, tone }) => [atMs, label, tone])).toEqual([
      [20, 'invokeai running', 'info'],
      [25, 'Out of VRAM: invokeai', 'warning'],
      [30, 'Image run made', 'info'],
      [40, 'Xid 79', 'bad'],
      [50, 'invokeai failed', 'bad'],
    ]);
  });

  it('are counted by kind where they were read', () => {
    expect(countsOf(events, { events: true, incidents: true })).toEqual({ incidents: 1, services: 2, xids: 1, images: 1 });
    expect(countsOf(events, { events: false, incidents: true })).toEqual({ incidents: 1, services: null, xids: null, images: null });
    expect(countsOf(events, { events: true, incidents: false })).toMatchObject({ incidents: null, xids: 1 });
  });

  it('can be hidden by kind', () => {
    expect(shownEvents(events, ['services', 'images']).map(({ atMs }) => atMs)).toEqual([25, 40]);
    expect(marksOfEvents(events, ['xids']).map(({ fromMs }) => fromMs)).toEqual([20, 50]);
  });

  it('open the logs of their moment, of the unit where there is one', () => {
    for (const { open } of shownEvents(events, ['incidents'])) open();
    expect(opened).toEqual([
      [20, 'invokeai.service'],
      [30, null],
      [40, null],
      [50, 'invokeai.service'],
    ]);
  });
});
