import { expect, it, onTestFinished } from 'vitest';
import type { Incident, IncidentList } from '../../../shared/capabilities/incidents/contract.ts';
import { eventOfIncident } from './recorded.ts';
import { UNREAD } from './text.ts';
import { watchIncidents } from './watch.ts';

const MINUTE_MS = 60_000;
const incident = (more: Partial<Incident> = {}): Incident => ({
  id: `${more.kind}|${more.gpuUuid}`,
  kind: 'out-of-memory',
  severity: 'warning',
  beginMs: 10 * MINUTE_MS,
  endMs: 10 * MINUTE_MS,
  cut: { begin: false, end: false },
  gpuUuid: 'GPU-0',
  unit: 'invokeai.service',
  who: 'invokeai',
  summary: 'invokeai ran out of VRAM',
  evidence: ['CUDA out of memory'],
  ...more,
});

function watching() {
  const state = { nowMs: 60 * MINUTE_MS, incidents: [] as Incident[], unread: [] as string[], isOnline: true };
  const asked: number[] = [];
  const seen: Incident[] = [];
  const reported: Incident[] = [];
  const watch = watchIncidents({
    list: async (_fromMs, _toMs, { servicesFromMs }): Promise<IncidentList> => {
      asked.push(servicesFromMs / MINUTE_MS);
      return { incidents: state.incidents, isCapped: false, unread: state.unread };
    },
    isOnline: () => state.isOnline,
    onNew: (one) => seen.push(one),
    now: () => state.nowMs,
  });
  watch.onChange((one) => reported.push(one));
  onTestFinished(() => watch.stop());
  return { state, asked, seen, reported, watch };
}

it('reads of the log only what was not read, with a minute before it', async () => {
  const { state, asked, watch } = watching();
  await watch.poll();
  state.nowMs += 2 * MINUTE_MS;
  await watch.poll();
  state.nowMs += 2 * MINUTE_MS;
  state.unread = [UNREAD.log];
  await watch.poll();
  state.nowMs += 2 * MINUTE_MS;
  await watch.poll();
  expect(asked).toEqual([20, 59, 61, 61]);
});

it('asks for nothing while the host is not connected', async () => {
  const { state, asked, watch } = watching();
  state.isOnline = false;
  await watch.poll();
  expect(asked).toEqual([]);
});

it('reports a failure once, also when it comes back from the history without its GPU', async () => {
  const { state, seen, reported, watch } = watching();
  await watch.poll();
  state.incidents = [incident()];
  await watch.poll();
  state.incidents = [incident({ gpuUuid: null })];
  await watch.poll();
  expect([seen.length, reported.length]).toEqual([1, 1]);
});

it('keeps in the history what only the log of the host shows', () => {
  expect(eventOfIncident(incident())).toMatchObject({ state: 'out-of-memory', subject: 'invokeai.service', detail: 'CUDA out of memory' });
  expect(eventOfIncident(incident({ kind: 'power-limit' }))).toBeNull();
});
