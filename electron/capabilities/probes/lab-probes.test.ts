import { Agent } from 'node:http';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { PATIENCE } from '../../../fixtures/patience.ts';
import { type Lab, startLab } from '../../../lab/lab.ts';
import { silentLogger } from '../../foundation/log/log.ts';
import { createFakeTransport } from '../../testing/fake-transport.ts';
import { createJsonClient } from '../backends/json-client.ts';
import { PROBE_KINDS } from './probe-once.ts';
import { createProbes, type Probes } from './probes.ts';

let lab: Lab;
let probes: Probes;
beforeAll(async () => {
  lab = await startLab();
  probes = createProbes({
    transport: createFakeTransport(() => ({})).transport,
    addresses: () => ({ invokeai: '9090', comfyui: '8188' }),
    isWindowShown: () => true,
    log: silentLogger,
    now: () => Date.now(),
    // The lab's ports are others on this computer, and null while nothing listens.
    clientOf: (id) => ({
      request: (wanted) => {
        const client = createJsonClient({ peer: PROBE_KINDS[id].peer, port: lab.portOf(PROBE_KINDS[id].port) ?? 1, agent: new Agent() });
        return client.request(wanted).finally(() => client.close());
      },
      close: () => {},
    }),
  });
});
afterAll(async () => {
  probes.stop();
  await lab.close();
});

const outcomes = async (): Promise<unknown> => {
  await probes.refresh();
  return Object.fromEntries(probes.state().probes.map(({ id, outcome }) => [id, outcome]));
};
const until = (wanted: object) => vi.waitFor(async () => expect(await outcomes()).toMatchObject(wanted), PATIENCE);

it('find the real shim and nginx of the lab, and which of them is silent', async () => {
  await until({ shim: 'responding', nginx: 'responding' });
  lab.break('invokeai-down');
  await until({ shim: 'not-ready', nginx: 'responding' });
  expect(probes.state().probes[0]?.reasons.join()).toContain('9090');
  lab.repair('invokeai-down');
  lab.break('shim-down');
  await until({ shim: 'failed', nginx: 'responding' });
  lab.repair('shim-down');
  lab.break('nginx-down');
  await until({ shim: 'responding', nginx: 'failed' });
  lab.break('shim-malformed-json');
  await until({ shim: 'wrong-program' });
});
