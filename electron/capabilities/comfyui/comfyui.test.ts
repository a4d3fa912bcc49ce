import { Agent } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { PATIENCE } from '../../../fixtures/patience.ts';
import { silentLogger } from '../../foundation/log/log.ts';
import { panelErrorOf } from '../../testing/errors.ts';
import { createFakeTransport } from '../../testing/fake-transport.ts';
import { COMFYUI_PEER, COMFYUI_PORT } from '../backends/backend-endpoint.ts';
import { createJsonClient, type JsonClient } from '../backends/json-client.ts';
import { createComfyUi } from './comfyui.ts';

const refused = () => panelErrorOf('tunnel-refused', 'host');

/** A host without a unit of ComfyUI's name, whose port answers or does not. */
function onHost(o: { isUp: boolean; readonly services?: object }) {
  const answers: Readonly<Record<string, unknown>> = {
    '/system_stats': { system: { comfyui_version: '0.3.64' }, devices: [] },
    '/queue': { queue_running: [[0, 'p', {}]], queue_pending: [] },
    '/models/checkpoints': ['a.safetensors'],
    '/internal/folder_paths': {},
  };
  const client: JsonClient = {
    ...createJsonClient({ peer: COMFYUI_PEER, port: COMFYUI_PORT, agent: new Agent() }),
    json: async ({ path }) => {
      if (!o.isUp) throw refused();
      return answers[path];
    },
  };
  const { transport } = createFakeTransport(() => ({}));
  const services = { state: () => ({ units: [], takenAt: 1, error: null, ...o.services }), onChange: () => () => {} };
  return createComfyUi({
    hostId: 'h',
    transport,
    client,
    gpu: {} as never,
    services: services as never,
    isWindowShown: () => true,
    log: silentLogger,
    now: () => Date.now(),
  });
}

describe('ComfyUI that is run without a unit of its name', () => {
  it('is failing once it was seen alive, with the time since, and comes back', async () => {
    const host = { isUp: true };
    const comfyui = onHost(host);
    await vi.waitUntil(() => comfyui.state().phase.kind === 'live', PATIENCE);
    host.isUp = false;
    await comfyui.refresh();
    expect(comfyui.state()).toMatchObject({
      phase: { kind: 'failing', since: expect.any(Number), error: { code: 'tunnel-refused' } },
      takenAt: expect.any(Number),
    });
    host.isUp = true;
    await comfyui.refresh();
    expect(comfyui.state().phase.kind).toBe('live');
    comfyui.stop();
  });

  it('is absent where it was never seen', async () => {
    const comfyui = onHost({ isUp: false });
    await vi.waitUntil(() => comfyui.state().phase.kind === 'absent', PATIENCE);
    comfyui.stop();
  });

  it.each([
    ['absent', 'systemd-absent'],
    ['failing', 'systemd-unreachable'],
    ['waiting', null],
  ])('is %s where the services are %s, and never waited for in vain', async (kind, code) => {
    const error = code === null ? null : { code, layer: 'host', message: 'x', hint: 'y', retryable: true };
    const comfyui = onHost({ isUp: false, services: { takenAt: null, error } });
    await vi.waitUntil(() => comfyui.state().phase.kind === kind, PATIENCE);
    comfyui.stop();
  });
});
