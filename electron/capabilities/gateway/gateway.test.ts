import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_IMAGES_CLASS, type GatewayState } from '../../../shared/capabilities/gateway/contract.ts';
import type { LastKnown } from '../../foundation/files/last-known.ts';
import { silentLogger } from '../../foundation/log/log.ts';
import { notConnectedError } from '../../foundation/ssh/errors.ts';
import type { Connection } from '../../foundation/ssh/transport.ts';
import { createFakeTransport } from '../../testing/fake-transport.ts';
import { hasSshd, hostKeyOf, panel, startSshd } from '../../testing/test-sshd.ts';
import { createGateway, type Gateway } from './gateway.ts';
import { createGatewaySettingsInMemory, type GatewaySettings, type SavedGateway } from './gateway-settings.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const TOKEN = 'top-secret-token';
const STATUS = JSON.stringify({ admission_control: { 'gpu_heavy.images': { limit: 2, available: 2, inflight: 0 } }, backend_health: {} });
const toEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of toEnd.splice(0).reverse()) await end();
});

type Answer = (request: IncomingMessage) => { readonly status: number; readonly body: string; readonly headers?: Record<string, string> };
const welcome: Answer = () => ({ status: 200, body: STATUS });

/** A gateway over plain HTTP; `tokens` holds the Authorization header of every request that reached it. */
async function serve(
  answer: { current: Answer } = { current: welcome },
): Promise<{ port: number; tokens: (string | undefined)[]; server: Server }> {
  const tokens: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    tokens.push(request.headers.authorization);
    request.resume().once('end', () => {
      const { status, body, headers } = answer.current(request);
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  toEnd.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, tokens, server };
}

function forgetful(): LastKnown {
  const values = new Map<string, unknown>();
  return {
    remember: (hostId, key, value) => void values.set(`${hostId} ${key}`, value),
    recall: (hostId, key) => values.get(`${hostId} ${key}`),
    clear: () => values.clear(),
    flush: () => {},
  };
}

function open(
  saved: SavedGateway | null,
  o: { readonly connections?: Readonly<Record<string, Connection>>; readonly token?: string } = {},
) {
  const gatewaySettings: GatewaySettings = createGatewaySettingsInMemory(saved, o.token ?? TOKEN);
  const lastKnown = forgetful();
  const gateway = createGateway({
    hostId: 'ada2',
    gatewaySettings,
    connectionTo: (hostId) => {
      const connection = o.connections?.[hostId];
      return connection === undefined ? null : { connection, connect: async () => {}, release: () => {} };
    },
    lastKnown,
    history: { append: () => {}, recordEvent: () => {} },
    isWindowShown: () => true,
    log: silentLogger,
    now: Date.now,
  });
  toEnd.push(() => gateway.stop());
  return { gateway, gatewaySettings, lastKnown };
}

/** Resolves with the first state, the present one included, that fits. */
function reach(gateway: Gateway, fits: (state: GatewayState) => boolean): Promise<GatewayState> {
  return new Promise((resolve) => {
    const stop = gateway.onChange((state) => {
      if (!fits(state)) return;
      stop();
      resolve(state);
    });
    if (fits(gateway.state())) {
      stop();
      resolve(gateway.state());
    }
  });
}
const live = (gateway: Gateway) => reach(gateway, ({ phase }) => phase.kind === 'live');
const failing = (gateway: Gateway, code: string) => reach(gateway, ({ phase }) => phase.kind === 'failing' && phase.error.code === code);

const through = (hostId: string, port: number): SavedGateway => ({
  profile: {
    address: `http://127.0.0.1:${port}`,
    via: { kind: 'ssh', hostId },
    observabilityPort: 8801,
    imagesClass: DEFAULT_IMAGES_CLASS,
  },
  trust: { kind: 'system' },
  boundTo: null,
});

/** An SSH host whose loopback is `ports` of this machine, and which is the machine that `identity` names. */
function sshHost(identity: { current: string }, ports: () => Readonly<Record<number, number>>): Connection {
  const { transport } = createFakeTransport(() => ({}), { isOnline: false });
  return {
    ...transport,
    machine: () => identity.current,
    tunnel: async (_hostName, port) => connect(ports()[port] ?? 1, '127.0.0.1'),
    connect: () => {},
    retryNow: () => {},
    probe: () => {},
    disconnect: () => {},
    heldSecrets: () => [],
    dispose: () => {},
  };
}

describe('a token belongs to an address, the way there, and the machine at its end', () => {
  it('goes to no other machine behind the same SSH host of the list', async () => {
    const [first, second] = [await serve(), await serve()];
    const machine = { current: 'ada2:22 SHA256:first' };
    const connection = sshHost(machine, () => ({ 8800: machine.current.endsWith('first') ? first.port : second.port }));
    const { gateway, gatewaySettings, lastKnown } = open(through('ada2', 8800), { connections: { ada2: connection } });
    await live(gateway);
    expect(gatewaySettings.read()?.boundTo).toBe('ada2:22 SHA256:first');
    expect(new Set(first.tokens)).toEqual(new Set([`Bearer ${TOKEN}`]));

    machine.current = 'ada2:22 SHA256:second';
    void gateway.refresh();
    const fallen = await failing(gateway, 'gateway-machine-changed');
    expect(fallen).toMatchObject({ hasToken: false, trust: { kind: 'system' }, reading: null, phase: { retryAt: null } });
    expect(lastKnown.recall('ada2', 'gateway')).toBeNull();
    // Neither by itself nor when somebody asks for more.
    await gateway.refresh();
    await gateway.request({ path: '/v1/models', timeoutMs: 60_000, maxBytes: 1_000 });
    expect(second.tokens).toEqual([undefined]);

    gateway.setToken('its-own');
    await live(gateway);
    expect(second.tokens.slice(1).every((token) => token === 'Bearer its-own')).toBe(true);
  });

  it('goes nowhere when a request for more is the first that meets the other machine', async () => {
    const [first, second] = [await serve(), await serve()];
    const machine = { current: 'a' };
    const connection = sshHost(machine, () => ({ 8800: machine.current === 'a' ? first.port : second.port }));
    const saved = { ...through('ada2', 8800), trust: { kind: 'pinned', sha256: 'x' } as const, boundTo: 'a' };
    const { gateway } = open(saved, { connections: { ada2: connection } });
    await live(gateway);
    machine.current = 'b';
    await expect(gateway.request({ path: '/v1/models', timeoutMs: 60_000, maxBytes: 1_000 })).rejects.toMatchObject({
      panelError: { code: 'gateway-machine-changed' },
    });
    expect(second.tokens).toEqual([]);
    expect(gateway.state()).toMatchObject({ hasToken: false, trust: { kind: 'system' } });
  });

  it.each([
    ['through another SSH host', { kind: 'ssh', hostId: 'other' }],
    ['directly', { kind: 'direct' }],
  ] as const)('falls when the same address is reached %s', async (_way, via) => {
    const [first, second] = [await serve(), await serve()];
    const connections = {
      ada2: sshHost({ current: 'a' }, () => ({ [second.port]: first.port })),
      other: sshHost({ current: 'b' }, () => ({ [second.port]: second.port })),
    };
    const { gateway } = open(through('ada2', second.port), { connections });
    await live(gateway);
    gateway.configure({ address: `http://127.0.0.1:${second.port}`, via, observabilityPort: 8801 });
    expect(gateway.state()).toMatchObject({ hasToken: false, trust: { kind: 'system' }, reading: null });
    await live(gateway);
    expect(new Set(second.tokens)).toEqual(new Set([undefined]));
  });

  it('stays where only the writing of the address, a port, or the class of images is another', async () => {
    const { port } = await serve();
    const { gateway } = open({ ...through('ada2', port), profile: { ...through('ada2', port).profile, via: { kind: 'direct' } } });
    gateway.configure({ address: `HTTP://127.0.0.1:${port}/`, via: { kind: 'direct' }, observabilityPort: 9, imagesClass: 'gpu_fast' });
    expect(gateway.state().hasToken).toBe(true);
    gateway.configure({ address: `http://127.0.0.1:${port}/proxied`, via: { kind: 'direct' }, observabilityPort: 9 });
    expect(gateway.state().hasToken).toBe(false);
  });

  it.skipIf(!hasSshd)('falls when a real SSH host shows another key, also one that known_hosts knows', async () => {
    const sshd = await startSshd();
    toEnd.push(() => sshd.stop());
    const home = dirname(sshd.hostKeyFile);
    const knownHostsFile = join(home, 'known_hosts_of_test');
    const trustKey = () => writeFileSync(knownHostsFile, `[127.0.0.1]:${sshd.port} ssh-ed25519 ${hostKeyOf(sshd)}\n`);
    trustKey();
    const host = panel(sshd, { options: { knownHostsFile } });
    toEnd.push(() => host.connection.dispose());
    const { port, tokens } = await serve();
    const { gateway, gatewaySettings } = open(through('gpu', port), { connections: { gpu: host.connection } });
    host.connection.connect();
    await live(gateway);
    expect(gatewaySettings.read()?.boundTo).toMatch(new RegExp(`^127\\.0\\.0\\.1:${sshd.port} SHA256:`));
    // The same machine again: everything stays.
    sshd.killSessions();
    await host.reach('reconnecting');
    await host.reach('online');
    await live(gateway);
    expect(gateway.state().hasToken).toBe(true);

    const before = tokens.length;
    sshd.renewHostKey();
    trustKey();
    await sshd.restart();
    await failing(gateway, 'gateway-machine-changed');
    expect(tokens.slice(before).filter((token) => token !== `Bearer ${TOKEN}`)).toEqual([]);
    expect(gateway.state()).toMatchObject({ hasToken: false, trust: { kind: 'system' } });
    const reported = tokens.length;
    await gateway.refresh();
    expect(tokens).toHaveLength(reported);
  });
});

describe('a gateway behind an SSH host', () => {
  it('is unknown, not failing, from when the host is connected until it has answered', async () => {
    const { port } = await serve();
    const { transport, goOnline } = createFakeTransport(() => ({}), { isOnline: false });
    const host: Connection = {
      ...sshHost({ current: 'gpu' }, () => ({})),
      get snapshot() {
        return transport.snapshot;
      },
      onChange: transport.onChange,
      tunnel: async () => {
        if (transport.snapshot.state.kind !== 'online') throw notConnectedError();
        return connect(port, '127.0.0.1');
      },
    };
    const { gateway } = open(through('gpu', port), { connections: { gpu: host } });
    await failing(gateway, 'ssh-not-connected');
    goOnline();
    expect(gateway.state().phase).toEqual({ kind: 'waiting' });
    await live(gateway);
  });
});

describe('a gateway that refuses', () => {
  const direct = (port: number): SavedGateway => ({
    ...through('ada2', port),
    profile: { ...through('ada2', port).profile, via: { kind: 'direct' } },
  });
  const refusal =
    (status: number, detail: unknown, headers = {}): Answer =>
    () => ({ status, body: JSON.stringify({ detail }), headers });

  it('the address of this computer is queried again by itself, and at once when the network changed, over a new connection', async () => {
    const answer = { current: refusal(403, 'Client IP not allowed') };
    const { port, server } = await serve(answer);
    let connections = 0;
    server.on('connection', () => {
      connections += 1;
    });
    const { gateway } = open(direct(port));
    const { phase } = await failing(gateway, 'gateway-address-not-allowed');
    expect(phase.kind === 'failing' && phase.retryAt).toBeGreaterThan(Date.now());
    expect(connections).toBe(1);
    answer.current = welcome;
    gateway.networkChanged();
    await live(gateway);
    expect(connections).toBe(2);
  });

  it('a token is not sent again, whatever the network does', async () => {
    const { port, tokens } = await serve({ current: refusal(403, 'Invalid bearer token') });
    const { gateway } = open(direct(port));
    await failing(gateway, 'gateway-token-refused');
    gateway.networkChanged();
    gateway.networkChanged();
    expect(gateway.state().phase).toMatchObject({ kind: 'failing', retryAt: null });
    await gateway.request({ path: '/v1/models', timeoutMs: 60_000, maxBytes: 1_000 });
    // One of the status, one of the question above.
    expect(tokens).toHaveLength(2);
  });

  it.each([
    [429, { error: 'backend_overloaded', backend_class: 'gpu_fast', route_kind: 'images', message: 'full' }],
    [503, { error: 'backend_not_ready', backend_class: 'gpu_fast', message: 'not ready', capability: 'images' }],
  ])('an image with %i tells the class that images go to, which is kept', async (status, detail) => {
    const answer: { current: Answer } = { current: welcome };
    const { port } = await serve(answer);
    const { gateway, gatewaySettings } = open(direct(port));
    await live(gateway);
    answer.current = (request) => (request.url === '/v1/images/generations' ? refusal(status, detail)(request) : welcome(request));
    await gateway.request({ method: 'POST', path: '/v1/images/generations', body: '{}', timeoutMs: 60_000, maxBytes: 10_000 });
    expect(gateway.state()).toMatchObject({ hasToken: true, phase: { kind: 'live' }, profile: { imagesClass: 'gpu_fast' } });
    expect(gatewaySettings.read()?.profile.imagesClass).toBe('gpu_fast');
  });

  it('another request, another program or nonsense tells nothing of it', async () => {
    const answer: { current: Answer } = { current: welcome };
    const { port } = await serve(answer);
    const { gateway } = open(direct(port));
    await live(gateway);
    const request = (path: string) => gateway.request({ method: 'POST', path, body: '{}', timeoutMs: 60_000, maxBytes: 10_000 });
    answer.current = refusal(429, { backend_class: 'ollama', route_kind: 'chat' });
    await request('/v1/chat/completions');
    for (const backendClass of [7, '', 'x'.repeat(300), null]) {
      answer.current = refusal(429, { backend_class: backendClass });
      await request('/v1/images/generations');
    }
    answer.current = () => ({ status: 429, body: '<html>', headers: { 'content-type': 'text/html' } });
    await request('/v1/images/generations');
    expect(gateway.state().profile?.imagesClass).toBe(DEFAULT_IMAGES_CLASS);
  });
});
