import { Agent } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { answerJson, startTryServer, type TryServer } from '../../../lab/testing/server.ts';
import { GatewayAddress } from '../../../shared/capabilities/gateway/contract.ts';
import { Settings } from '../../../shared/capabilities/settings/contract.ts';
import { DEFAULT_SETTINGS } from '../../../shared/default-settings.ts';
import { PanelException } from '../../../shared/errors.ts';
import { parseAddress } from '../../../shared/gateway-address.ts';
import type { SavedGateway } from './gateway-settings.ts';
import { type Passage, reachGateway } from './reach.ts';

const toClose: (() => void)[] = [];
afterEach(() => {
  for (const close of toClose.splice(0)) close();
});

const saved = (address: string, observabilityPort = 8801): SavedGateway => ({
  profile: { address, via: { kind: 'direct' }, observabilityPort, imagesClass: 'gpu_heavy' },
  trust: { kind: 'system' },
  boundTo: null,
});

async function server(): Promise<TryServer> {
  const started = await startTryServer((_asked, response) => answerJson(response, {}));
  toClose.push(started.close);
  return started;
}

/** A passage that ends on this machine, and what it was asked for. */
function passage(port: number) {
  const tunnels: string[] = [];
  const made: Passage & { readonly tunnels: string[]; agents: number } = {
    tunnels,
    agents: 0,
    tunnel: async (hostName, toPort): Promise<Duplex> => {
      tunnels.push(`${hostName}:${toPort}`);
      return connect(port, '127.0.0.1');
    },
    httpAgent: () => {
      made.agents += 1;
      return new Agent({ keepAlive: true });
    },
  };
  return made;
}

function problemOf(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof PanelException) return thrown.panelError.code;
    throw thrown;
  }
  return 'none';
}

function reach(gateway: SavedGateway, through: Passage | null) {
  const reached = reachGateway(gateway, through);
  toClose.push(reached.api.close, () => reached.observability?.close());
  return reached;
}

const QUICK = { timeoutMs: 2_000, maxBytes: 10_000 };

describe('the address of a gateway', () => {
  it.each([
    ['https://ai2:8800', false, 'ai2', 8800, ''],
    ['https://ai2', false, 'ai2', 443, ''],
    ['https://ai2:443/', false, 'ai2', 443, ''],
    ['http://127.0.0.1:80', true, '127.0.0.1', 80, ''],
    ['http://127.0.0.1', true, '127.0.0.1', 80, ''],
    ['https://[fd00::8800]', false, 'fd00::8800', 443, ''],
    ['https://[::1]:9000/', false, '::1', 9000, ''],
    ['https://home.example/gateway', false, 'home.example', 443, '/gateway'],
    ['https://home.example:8443/a/b_c-d/', false, 'home.example', 8443, '/a/b_c-d'],
    // As clients of OpenAI are given it.
    ['https://ai2:8800/v1', false, 'ai2', 8800, ''],
    ['https://ai2:8800/gw/v1/', false, 'ai2', 8800, '/gw'],
  ])('%s', (address, isPlain, hostName, port, basePath) => {
    expect(GatewayAddress.safeParse(address).success).toBe(true);
    expect(parseAddress(address)).toEqual({ isPlain, hostName, port, basePath });
  });

  it.each(['https://user:secret@ai2', 'https://ai2/?token=x', 'https://ai2/#x', 'https://ai2/a b', 'https://ai2\\x'])(
    '%s is refused by the form',
    (address) => {
      expect(GatewayAddress.safeParse(address).success).toBe(false);
    },
  );

  it('that was saved when no port meant 8800 keeps meaning that', () => {
    const gateway = (address: string, rest = {}) => ({
      profile: { address, via: { kind: 'direct' }, observabilityPort: 8801 },
      trust: { kind: 'system' },
      ...rest,
    });
    const gateways = {
      a: gateway('https://ai2'),
      b: gateway('https://[fd00::1]/'),
      c: gateway('https://ai2:443'),
      d: gateway('https://ai2', { boundTo: null }),
    };
    const read = Settings.parse({ ...DEFAULT_SETTINGS, gateways }).gateways;
    expect(Object.values(read).map(({ profile }) => profile.address)).toEqual([
      'https://ai2:8800',
      'https://[fd00::1]:8800',
      'https://ai2:443',
      'https://ai2',
    ]);
    expect(Settings.parse(Settings.parse({ ...DEFAULT_SETTINGS, gateways })).gateways).toEqual(read);
  });

  it.each(['ai2:8800', 'ftp://ai2', '', 'https://', 'https://ai2:99999', 'javascript:alert(1)'])('%j is none', (address) => {
    expect(parseAddress(address)).toBeNull();
    expect(problemOf(() => reachGateway(saved(address), null))).toBe('gateway-address-unusable');
  });
});

describe('plain http', () => {
  it.each([
    'http://ai2:8800',
    'http://192.168.1.7:8800',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://0.0.0.0:8800',
  ])('%s: the token would cross the network, so nothing is sent', (address) => {
    expect(problemOf(() => reachGateway(saved(address), null))).toBe('gateway-plain-not-allowed');
  });

  it.each(['http://localhost:8800', 'http://LOCALHOST', 'http://127.0.0.1:8800', 'http://127.1.2.3', 'http://[::1]:8800'])(
    '%s stays on this machine, and may be asked',
    (address) => {
      expect(problemOf(() => reach(saved(address), null))).toBe('none');
    },
  );

  it('is asked on this machine, and what it observes at its own port', async () => {
    const [api, observed] = [await server(), await server()];
    const reached = reach(saved(`http://127.0.0.1:${api.port}`, observed.port), null);
    expect((await reached.api.request({ path: '/v1/models', ...QUICK })).status).toBe(200);
    expect((await reached.observability?.request({ path: '/metrics', ...QUICK }))?.status).toBe(200);
    expect([api.requests, observed.requests].map((requested) => requested.map(({ path }) => path))).toEqual([['/v1/models'], ['/metrics']]);
  });

  it('is asked below the path of its address, also for what it names itself with that path', async () => {
    const api = await server();
    const reached = reach(saved(`http://127.0.0.1:${api.port}/proxy/gw`), null);
    for (const path of ['/v1/models', '/proxy/gw/ui/images/1.png', '/proxy/gwx']) await reached.api.request({ path, ...QUICK });
    expect(api.requests.map(({ path }) => path)).toEqual(['/proxy/gw/v1/models', '/proxy/gw/ui/images/1.png', '/proxy/gw/proxy/gwx']);
  });

  it('goes through SSH with the agent of the passage', async () => {
    const api = await server();
    const through = passage(api.port);
    const reached = reach(saved(`http://127.0.0.1:${api.port}`), through);
    await reached.api.request({ path: '/v1/models', ...QUICK });
    expect(through.agents).toBe(2);
    expect(problemOf(() => reach(saved('http://ai2:8800'), through))).toBe('none');
  });
});

describe('https', () => {
  it('goes through SSH by a tunnel to the gateway as that host sees it', async () => {
    const plain = await server();
    const through = passage(plain.port);
    const reached = reach(saved('https://ai2'), through);
    // What answers speaks no TLS: nothing of the request may reach it.
    const thrown: unknown = await reached.api
      .request({ path: '/v1/models', headers: { authorization: 'Bearer x' }, ...QUICK })
      .catch((error) => error);
    expect(thrown).toMatchObject({ panelError: { code: 'gateway-no-tls' } });
    expect(through.tunnels).toEqual(['ai2:443']);
    expect(plain.requests).toEqual([]);
  });

  it('can be observed only where the gateway is on the machine itself', () => {
    expect(reach(saved('https://ai2:8800'), null).observability).toBeNull();
    expect(reach(saved('https://ai2:8800'), passage(1)).observability).toBeNull();
    expect(reach(saved('https://localhost:8800'), null).observability).not.toBeNull();
    expect(reach(saved('https://127.0.0.1:8800'), passage(1)).observability).not.toBeNull();
  });
});
