import { beforeEach, describe, expect, it } from 'vitest';
import type { AdmissionRow, GatewayProfile, GatewayReading, HealthRow } from '../../../shared/capabilities/gateway/contract.ts';
import type { HistoryEvent } from '../../../shared/capabilities/history/contract.ts';
import { gatewayEndpoint, panelRequestsSubject, slotsSubject } from '../../../shared/gateway-subjects.ts';
import type { HttpRequest, Reply } from '../../foundation/http/client.ts';
import type { SeriesId } from '../history/source.ts';
import { createGatewayRecorder, type GatewayRecorder } from './recorder.ts';

const PROFILE: GatewayProfile = {
  address: 'https://AI2:8800/v1/',
  via: { kind: 'ssh', hostId: 'ada2' },
  observabilityPort: 8801,
  imagesClass: 'gpu_heavy',
};
const IMAGES: HttpRequest = { method: 'POST', path: '/v1/images/generations', timeoutMs: 1000, maxBytes: 1000 };
const reply = (status: number, type = 'application/json'): Reply => ({
  status,
  headers: { 'content-type': type },
  bytes: Buffer.alloc(0),
  body: '',
  timing: { connectedMs: 0, firstByteMs: 1, totalMs: 2 },
});
const slots = (backendClass: string, inflight: number | null): AdmissionRow => ({
  backendClass,
  routeKind: 'images',
  limit: 2,
  available: inflight === null ? null : 2 - inflight,
  inflight,
});
const backend = (isHealthy: boolean | null, isReady: boolean | null, error: string | null = null): HealthRow => ({
  name: 'gpu_heavy',
  isHealthy,
  isReady,
  checkedAt: null,
  error,
  since: null,
});

let clock = 0;
let rows: (SeriesId & { readonly row: readonly number[] })[] = [];
let events: HistoryEvent[] = [];
let profile: GatewayProfile | null = PROFILE;
let recorder: GatewayRecorder;
let ended = 0;
const read = (admission: readonly AdmissionRow[] | null, health: readonly HealthRow[] | null = []): void => {
  clock += 1000;
  const reading: GatewayReading = {
    admission: admission === null ? null : [...admission],
    health: health === null ? null : [...health],
    takenAt: clock,
    elapsedMs: 5,
    clockOffsetMs: null,
  };
  recorder.recordReading(reading);
};
const outcomes = (): number[][] => rows.filter(({ kind }) => kind === 'gateway-requests').map(({ row }) => row.slice(1, 5));

beforeEach(() => {
  clock = 1_000_000;
  ended = 0;
  rows = [];
  events = [];
  profile = PROFILE;
  recorder = createGatewayRecorder({
    hostId: 'ada2',
    profile: () => profile,
    history: {
      append: (id, row) => void rows.push({ ...id, row: [...row] }),
      recordEvent: (_hostId, event) => void events.push(event),
    },
    now: () => clock,
    onEnded: () => {
      ended += 1;
    },
  });
});

describe('what is stored of a gateway', () => {
  it('is a row of slots for each class, unknown where the gateway did not report it', () => {
    read([slots('gpu_heavy', 1), slots('ollama', null)]);
    expect(rows.filter(({ kind }) => kind === 'gateway-slots')).toEqual([
      { hostId: 'ada2', kind: 'gateway-slots', subject: slotsSubject(PROFILE, slots('gpu_heavy', 1)), row: [clock, 2, 1, 1] },
      {
        hostId: 'ada2',
        kind: 'gateway-slots',
        subject: slotsSubject(PROFILE, slots('ollama', 1)),
        row: [clock, 2, Number.NaN, Number.NaN],
      },
    ]);
    expect(slotsSubject(PROFILE, slots('gpu_heavy', 1))).toBe('ada2 https://ai2:8800 gpu_heavy.images');
  });

  it('is nothing while no gateway is set up, and no slots where it reports none', () => {
    read(null, null);
    expect(rows.map(({ kind }) => kind)).toEqual(['gateway-requests']);
    profile = null;
    read([slots('gpu_heavy', 1)]);
    expect(rows).toHaveLength(1);
  });

  it('is bounded for a gateway that names a new class at every poll', () => {
    for (let i = 0; i < 200; i += 1) read([slots(`class-${i}`, 0)]);
    expect(rows.filter(({ kind }) => kind === 'gateway-slots')).toHaveLength(64);
  });

  it.each([
    [reply(200), [1, 0, 0, 0]],
    [reply(429), [0, 1, 0, 0]],
    [reply(503), [0, 0, 1, 0]],
    [reply(502), [0, 0, 0, 1]],
    // A page of a proxy is no image, whatever its status.
    [reply(200, 'text/html'), [0, 0, 0, 1]],
  ])('is the outcome of an image request (%#), between the rows of none', async (answer, expected) => {
    read([]);
    expect(await recorder.watch(IMAGES, async () => answer)).toBe(answer);
    read([]);
    expect(outcomes()).toEqual([[0, 0, 0, 0], expected, [0, 0, 0, 0]]);
    expect(rows.every(({ subject }) => subject === panelRequestsSubject(PROFILE))).toBe(true);
    const latencies = rows.map(({ row }) => row[5]);
    expect(Number.isNaN(latencies[1])).toBe(expected[0] === 0);
  });

  it('is a failure for a request that got no answer, and nothing for one that was cancelled', async () => {
    const lost = new Error('lost');
    const fail = (): Promise<Reply> => Promise.reject(lost);
    await expect(recorder.watch(IMAGES, fail)).rejects.toBe(lost);
    expect(outcomes()).toEqual([[0, 0, 0, 1]]);
    await expect(recorder.watch({ ...IMAGES, signal: AbortSignal.abort() }, fail)).rejects.toBe(lost);
    await recorder.watch({ ...IMAGES, method: 'GET', path: '/v1/models' }, async () => reply(200));
    // Whatever becomes of a request for images, it has freed its slot.
    expect(ended).toBe(2);
    expect(outcomes()).toHaveLength(1);
  });

  it('are the changes of backends and of the gateway, with their times; the first state is none', () => {
    read([], [backend(true, true)]);
    recorder.recordPhase(true, null);
    read([], [backend(true, true)]);
    expect(events).toEqual([]);
    read([], [backend(true, false)]);
    const notReadyAt = clock;
    read([], [backend(false, null, 'timed out')]);
    recorder.recordPhase(false, 'Connection refused.');
    recorder.recordPhase(false, 'Connection refused.');
    const place = gatewayEndpoint(PROFILE);
    expect(events).toEqual([
      { kind: 'backend', subject: `${place} gpu_heavy`, at: notReadyAt, state: 'not ready', detail: null },
      { kind: 'backend', subject: `${place} gpu_heavy`, at: clock, state: 'unreachable', detail: 'timed out' },
      { kind: 'gateway', subject: place, at: clock, state: 'not responding', detail: 'Connection refused.' },
    ]);
  });
});
