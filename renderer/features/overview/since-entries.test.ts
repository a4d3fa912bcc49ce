import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../../shared/capabilities/history/contract.ts';
import type { Incident } from '../../../shared/capabilities/incidents/contract.ts';
import { sinceEntries, unreadSources } from './since-entries.ts';

const SINCE = 1_800_000_000_000;
const event = (at: number, state: string, part: Partial<HistoryEvent> = {}): HistoryEvent => ({
  kind: 'unit',
  subject: 'invokeai.service',
  at: SINCE + at,
  state,
  detail: null,
  ...part,
});
const incident: Incident = {
  id: 'i1',
  kind: 'out-of-memory',
  severity: 'warning',
  beginMs: SINCE + 50,
  endMs: SINCE + 50,
  cut: { begin: false, end: false },
  gpuUuid: null,
  unit: 'invokeai.service',
  who: 'invokeai',
  summary: 'invokeai found no free VRAM',
  evidence: [],
};
const of = (part: Partial<Parameters<typeof sinceEntries>[0]>) =>
  sinceEntries({ events: [], incidents: [], checks: [], notices: [], sinceMs: SINCE, ...part });

describe('sinceEntries', () => {
  it('is empty when nothing happened, and leaves out what happened before', () => {
    expect(of({ events: [event(-1, 'failed')], incidents: [{ ...incident, beginMs: SINCE - 1 }] })).toEqual([]);
  });

  it('groups equal events with their number and leads to the logs of the last one', () => {
    const found = of({ events: [event(10, 'failed'), event(20, 'running'), event(30, 'failed')] });
    expect(found).toMatchObject([
      { title: 'invokeai: failed', severity: 'critical', count: 2, lastAt: SINCE + 30 },
      { title: 'invokeai: running', severity: 'ok', count: 1 },
    ]);
    expect(found[0]?.place).toEqual({
      page: 'logs',
      target: { unit: 'invokeai.service', fromMs: SINCE + 30 - 60_000, toMs: SINCE + 30 + 60_000 },
    });
  });

  it('shows an incident once, although its event is stored too', () => {
    const stored = event(50, 'out-of-memory', { kind: 'incident' });
    expect(of({ events: [stored], incidents: [incident] })).toMatchObject([
      { title: 'Out of VRAM', detail: 'invokeai found no free VRAM', place: { page: 'gpu', target: { section: 'gpu-incidents' } } },
    ]);
  });

  it('lists checks that began to fail, and not those that passed or failed before', () => {
    const check = { id: 'gpu-driver', title: 'Driver', verdict: 'fail', summary: 'No driver', since: SINCE + 5 } as const;
    expect(of({ checks: [check, { ...check, id: 'a', since: SINCE - 5 }, { ...check, id: 'b', verdict: 'pass' }] })).toMatchObject([
      { title: 'Check failed: Driver', detail: 'No driver', severity: 'critical', place: { page: 'checks' } },
    ]);
  });

  it('puts what is worst first, then the newest', () => {
    const found = of({
      events: [
        event(90, 'made', { kind: 'image', subject: 'gateway' }),
        event(10, 'lost', { kind: 'connection', subject: '' }),
        event(5, 'failed'),
      ],
    });
    expect(found.map(({ title }) => title)).toEqual(['invokeai: failed', 'Connection: lost', 'Images: made']);
  });

  it('tells of installs and setups that ended, by their notices', () => {
    const notice = { id: 1, at: SINCE + 5, tone: 'good', message: 'Installed sdxl', error: null, hostLabel: 'ada2' } as const;
    const found = of({
      notices: [
        { ...notice, opens: { hostId: 'ada2', page: 'models' } },
        { ...notice, id: 2, opens: { hostId: 'ada2', page: 'services' } },
        { ...notice, id: 3, at: SINCE - 5, opens: { hostId: 'ada2', page: 'setup' } },
      ],
    });
    expect(found).toMatchObject([{ title: 'Installed sdxl', severity: 'ok', place: { page: 'models' } }]);
  });
});

describe('unreadSources', () => {
  it('names what failed and what the list of incidents lacks, and nothing else', () => {
    const none = { eventsError: null, incidentsError: null, list: { unread: [] } };
    expect(unreadSources(none)).toEqual([]);
    expect(unreadSources({ ...none, list: undefined })).toEqual([]);
    expect(unreadSources({ ...none, list: { unread: ['The kernel log could not be read.'] } })).toEqual([
      'The kernel log could not be read.',
    ]);
    const failed = unreadSources({ eventsError: new Error('a'), incidentsError: new Error('b'), list: undefined });
    expect(failed).toHaveLength(2);
    expect(failed[0]).toMatch(/^Events could not be read: ./);
    expect(failed[1]).toMatch(/^Incidents could not be read: ./);
  });
});
