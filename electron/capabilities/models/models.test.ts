import { afterEach, expect, it } from 'vitest';
import { createEmitter } from '../../../shared/emitter.ts';
import { INITIAL_GPU_STATUS } from '../../../shared/initial-states.ts';
import { silentLogger } from '../../foundation/log/log.ts';
import { createFakeTransport } from '../../testing/fake-transport.ts';
import type { InvokeAiEvent } from '../backends/invokeai-events.ts';
import { createInvokeAiLogin } from '../backends/invokeai-login.ts';
import type { JsonClient } from '../backends/json-client.ts';
import { createLastUsed } from './last-used.ts';
import { createModels } from './models.ts';
import type { Models } from './types.ts';

let models: Models | null = null;
afterEach(() => models?.stop());

const QUEUE = '/api/v1/queue/default/';
const PAST = {
  item_id: 7,
  completed_at: '2026-05-04 12:00:00.000',
  session: { graph: { nodes: { loader: { model: { type: 'main', key: 'key-1' } } } } },
};

/** An InvokeAI that has one model and one past job, which it hands out once `handOut` was called. */
function open() {
  const requested: string[] = [];
  const events = createEmitter<InvokeAiEvent>();
  let handOut = (): void => {};
  const handedOut = new Promise<void>((resolve) => {
    handOut = resolve;
  });
  const json: JsonClient['json'] = async ({ path }) => {
    requested.push(path);
    if (path === '/api/v1/app/version') return { version: '6.12.0' };
    if (path === '/api/v2/models/') return { models: [{ key: 'key-1', name: 'Juggernaut', base: 'sdxl', type: 'main' }] };
    if (path === `${QUEUE}status`) return { queue: { pending: 0, in_progress: 0 }, processor: { is_started: true, is_processing: false } };
    if (path === `${QUEUE}item_ids?order_dir=DESC`) return { item_ids: [7], total_count: 1 };
    if (path !== `${QUEUE}items_by_ids`) return [];
    await handedOut;
    return [PAST];
  };
  const client = { json } as unknown as JsonClient;
  models = createModels({
    hostId: 'ada2',
    transport: createFakeTransport(() => ({ exitCode: 1 })).transport,
    login: {
      ...createInvokeAiLogin({ client, place: () => 'here', store: { read: () => null, write: () => {} } }),
      ...{ client, check: async () => {} },
    },
    events: { open: () => {}, reopen: () => {}, close: () => {}, onEvent: events.on },
    gpu: { status: () => ({ ...INITIAL_GPU_STATUS, hostId: 'ada2' }), onSamples: () => () => {} },
    lastUsed: createLastUsed({ recall: () => null, remember: () => {} }),
    newestImages: () => [],
    isWindowShown: () => true,
    log: silentLogger,
    now: () => 0,
  });
  const pastReads = (): number => requested.filter((path) => path.includes('item_ids')).length;
  return { models, emit: events.emit, pastReads, handOut };
}

it('reads past jobs beside the current state, and anew only where events may have been missed', async () => {
  const host = open();
  // The past jobs are not answered yet.
  await host.models.refresh();
  expect(host.models.state().phase).toMatchObject({ kind: 'live' });
  expect(host.models.state().lastUsed).toEqual({});
  const shown = new Promise<void>((resolve) => {
    host.models.onChange(({ lastUsed }) => {
      if (Object.keys(lastUsed).length > 0) resolve();
    });
  });
  host.handOut();
  await shown;
  expect(host.models.state().lastUsed).toEqual({ 'key-1': Date.UTC(2026, 4, 4, 12) });
  host.emit({ kind: 'queue' });
  await host.models.refresh();
  host.emit({ kind: 'line', isUp: false });
  await host.models.refresh();
  expect(host.pastReads()).toBe(1);
  host.emit({ kind: 'line', isUp: true });
  await host.models.refresh();
  expect(host.pastReads()).toBe(2);
});
