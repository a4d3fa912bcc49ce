import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HubSite, openComputerChannel, openHostChannel } from '../../electron/capabilities/models/hub/channel.ts';
import { createHub, type Hub } from '../../electron/capabilities/models/hub/hub.ts';
import type { Transport } from '../../electron/foundation/ssh/transport.ts';
import { secretsInMemory } from '../../electron/testing/secrets-in-memory.ts';
import type { LabFault } from '../../lab/base/faults.ts';
import { type LabHub, startLabHub } from '../../lab/base/hub.ts';
import type { HubRoute } from '../../shared/capabilities/models/hub-contract.ts';
import { toPanelError } from '../../shared/errors.ts';
import { HOSTS, type HostUnderTest, openHost } from './hosts.ts';
import { online, openPanel, type PanelUnderTest } from './panel.ts';

const ACCEPTED = 'hf_acceptedlicences00';
const SDXL = 'stabilityai/stable-diffusion-xl-base-1.0';
const WORDS = { text: 'xl', kind: 'image', limit: 5 } as const;

describe.each(HOSTS)('search of Hugging Face with a host of kind %s', (kind) => {
  let host: HostUnderTest;
  let panel: PanelUnderTest;
  let server: LabHub;
  let hub: Hub;
  let route: HubRoute = 'auto';
  const faults = new Set<LabFault>();
  /** What was run on the host for the hub, and what it printed. */
  const ran: { readonly argv: readonly string[]; readonly stdin: string; readonly output: string }[] = [];
  const watched: Pick<Transport, 'exec'> = {
    exec: async (argv, options) => {
      const result = await panel.connection.exec(argv, options);
      ran.push({ argv, stdin: String(options?.stdin ?? ''), output: `${result.stdout}\n${result.stderr}` });
      return result;
    },
  };
  const startFault = (fault: LabFault): void => {
    faults.add(fault);
    host.lab?.break(fault);
  };
  const endFaults = (): void => {
    for (const fault of faults) host.lab?.repair(fault);
    faults.clear();
  };

  beforeAll(async () => {
    host = await openHost(kind);
    panel = openPanel(host);
    await online(panel);
    // The lab's curl knows Hugging Face alone; the real one reaches this computer over the virtual cable.
    const hostName = host.real?.gatewayAddress ?? '127.0.0.1';
    server = await startLabHub({ faults, hostName });
    if (host.real !== null) appendFileSync(join(host.real.folder, 'root/etc/ssl/certs/ca-certificates.crt'), server.authority);
    const site: HubSite = {
      origin: host.real === null ? 'https://huggingface.co' : `https://${hostName}:${server.port}`,
      trust: { kind: 'authority', pem: server.authority },
      connectTo: { hostName, port: server.port },
    };
    hub = createHub({
      site: () => site,
      route: () => route,
      openChannel: (from, to) => (from === 'host' ? openHostChannel(to, watched) : openComputerChannel(to, {})),
      tokens: secretsInMemory(),
      now: Date.now,
    });
  });
  afterAll(async () => {
    hub.stop();
    await server.close();
    panel.dispose();
    await host.close();
  });

  const codeOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'none',
      (thrown: unknown) => toPanelError(thrown).code,
    );

  it.each(['computer', 'host'] as const)('by the %s: words, sizes before anything is fetched, licence and gated state', async (from) => {
    route = from;
    const found = await hub.search(WORDS);
    expect(found).toMatchObject({ from, hasMore: true });
    expect(found.models[0]).toMatchObject({ id: SDXL, base: 'sdxl', licence: 'openrail++', gated: 'no', downloads: 2_214_903 });
    const [half, full] = (await hub.model(SDXL)).offers;
    expect(half).toMatchObject({ source: `${SDXL}:fp16`, kind: 'repository' });
    expect(half?.bytes).toBeGreaterThan(6.4 * 1024 ** 3);
    expect(full?.bytes).toBeGreaterThan(12.8 * 1024 ** 3);
    expect((await hub.model('runwayml/stable-diffusion-v1-5')).model.id).toBe('stable-diffusion-v1-5/stable-diffusion-v1-5');
    expect(await codeOf(hub.model('lab-moved/elsewhere'))).toBe('hub-redirects');
    expect(await codeOf(hub.model('no/such'))).toBe('hub-not-found');
  });

  it.each(['computer', 'host'] as const)('by the %s: a token, its rejection, and the licence of a gated model', async (from) => {
    route = from;
    const flux = 'black-forest-labs/FLUX.1-dev';
    expect(await hub.model(flux)).toMatchObject({ access: 'token-needed', model: { gated: 'automatic', licence: 'other' } });
    hub.setToken('hf_expired0000000');
    expect(await codeOf(hub.search(WORDS))).toBe('hub-token-refused');
    hub.setToken('hf_notaccepted000');
    expect((await hub.model(flux)).access).toBe('not-granted');
    hub.setToken(ACCEPTED);
    expect((await hub.model(flux)).access).toBe('granted');
    hub.setToken(null);
  });

  it.each(['computer', 'host'] as const)('by the %s: a limit, and what is no answer of the API', async (from) => {
    route = from;
    startFault('hub-rate-limited');
    expect(await codeOf(hub.search(WORDS))).toBe('hub-rate-limited');
    endFaults();
    startFault('hub-garbled');
    expect(await codeOf(hub.search(WORDS))).toBe('hub-garbled');
    endFaults();
  });

  it('by the host where this computer has no way, and neither where there is none', async () => {
    route = 'computer';
    startFault('hub-unreachable-here');
    expect(await codeOf(hub.search(WORDS))).toBe('hub-unreachable');
    if (host.lab !== null) {
      route = 'auto';
      expect((await hub.search(WORDS)).from).toBe('host');
      startFault('hugging-face-unreachable');
      expect(await codeOf(hub.search(WORDS))).toBe('hub-unreachable');
    } else {
      route = 'host';
      expect(await codeOf(hub.search(WORDS))).toMatch(/^hub-(unreachable|certificate-unknown)$/);
    }
    endFaults();
  });

  it('the token is in no process list, no file and no output of the host', async () => {
    route = 'host';
    hub.setToken(ACCEPTED);
    ran.length = 0;
    await hub.search(WORDS);
    expect(await hub.model(SDXL)).toMatchObject({ from: 'host' });
    hub.setToken(null);
    expect(ran.length).toBeGreaterThanOrEqual(2);
    for (const { argv, stdin, output } of ran) {
      expect(stdin).toContain(ACCEPTED);
      expect(`${argv.join(' ')}\n${output}`).not.toContain(ACCEPTED);
    }
    // Exit status 1: grep read everything and found nothing.
    await host.real?.exec('sh', '-c', `grep -rlq ${ACCEPTED} /tmp /home /var/log /var/tmp; test $? -eq 1`);
  });
});
