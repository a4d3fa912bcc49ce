import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../electron/foundation/log/log.ts';
import { createConnection } from '../../electron/foundation/ssh/connection.ts';
import { whyNoRealHost } from '../host/image.ts';
import type { RealHost } from '../host/real-host.ts';
import { type HostUnderTest, openHost } from './hosts.ts';
import { until } from './panel.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SHIM = join(ROOT, 'ada2', 'images-shim');
const UNIT = 'invokeai-openai-images-shim.service';
const SETTINGS = '/etc/ada-images-shim/shim.env';
/** The host has no Node of its own; it gets the one that runs the tests, or a Node 12 where there is one. */
const NODE = process.env['ADA_NODE_12'] ?? process.execPath;

/** The shim and a simulated InvokeAI, built into a folder of one file each. */
async function builtInto(folder: string): Promise<void> {
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  const words = [vite, 'build', '-c', 'vite.node.config.ts', '--logLevel', 'warn', '--outDir', join(folder, 'shim'), '--emptyOutDir'];
  execFileSync(process.execPath, words, { cwd: ROOT, env: { ...process.env, TARGET: 'images-shim' } });
  await build({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: join(ROOT, 'e2e', 'host', 'simulated-invokeai.ts'),
      outDir: join(folder, 'backend'),
      emptyOutDir: true,
      rollupOptions: { output: { format: 'cjs', entryFileNames: 'invokeai.cjs', codeSplitting: false } },
    },
  });
}

function install(host: RealHost, folder: string): void {
  const at = (path: string): string => {
    const whole = join(host.folder, 'root', path);
    mkdirSync(dirname(whole), { recursive: true });
    return whole;
  };
  cpSync(NODE, at('/usr/bin/node'), { dereference: true });
  cpSync(process.execPath, at('/opt/simulated/node'), { dereference: true });
  copyFileSync(join(folder, 'backend', 'invokeai.cjs'), at('/opt/simulated/invokeai.cjs'));
  copyFileSync(join(folder, 'shim', 'images-shim.cjs'), at('/opt/ada-images-shim/images-shim.cjs'));
  copyFileSync(join(SHIM, UNIT), at(`/etc/systemd/system/${UNIT}`));
  const backend = '[Service]\nExecStart=\nExecStart=/opt/simulated/node /opt/simulated/invokeai.cjs\n';
  writeFileSync(at('/etc/systemd/system/invokeai.service.d/simulated.conf'), backend);
  host.run('sh', '-c', 'id invokeai >/dev/null 2>&1 || useradd -r -d /var/lib/invokeai invokeai');
  host.run('install', '-d', '-o', 'invokeai', '-g', 'invokeai', '/var/lib/invokeai');
  host.run('install', '-d', '-m', '750', '/etc/ada-images-shim');
  const settings = readFileSync(join(SHIM, 'shim.env.example'), 'utf8').replace('#SHIM_SAVE_LAST_IMAGE_PATH', 'SHIM_SAVE_LAST_IMAGE_PATH');
  writeFileSync(at(SETTINGS), settings, { mode: 0o640 });
  host.run('systemctl', 'daemon-reload');
  host.run('systemctl', 'restart', 'invokeai.service');
  host.run('systemctl', 'restart', UNIT);
}

interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

function send(agent: Agent, path: string, body?: object): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent,
        host: '127.0.0.1',
        port: 9091,
        path,
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'content-type': 'application/json' },
      },
      (reply) => {
        const parts: Buffer[] = [];
        reply.on('data', (part: Buffer) => parts.push(part));
        reply.once('end', () =>
          resolve({ status: reply.statusCode ?? 0, body: JSON.parse(Buffer.concat(parts).toString()) as Reply['body'] }),
        );
      },
    );
    sent.once('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

describe.skipIf(whyNoRealHost() !== null)('the images shim as a unit of the real host', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shim-on-host-'));
  let host: HostUnderTest;
  let real: RealHost;
  let connection: ReturnType<typeof createConnection>;
  let agent: Agent;
  beforeAll(async () => {
    await builtInto(folder);
    host = await openHost('real');
    if (host.real === null) throw new Error('not the real host');
    real = host.real;
    install(real, folder);
    connection = createConnection({
      profile: host.profile,
      promptUser: async () => ({ kind: 'cancel' }),
      homeFolder: host.homeFolder,
      environment: { PATH: process.env['PATH'] },
      knownHostsFile: host.knownHostsFile,
      keepaliveSeconds: () => 10,
      sudoKeepMinutes: () => 0,
      log: silentLogger,
    });
    connection.connect();
    await until(() => connection.snapshot.state.kind === 'online', 'the connection');
    agent = connection.httpAgent();
  });
  afterAll(async () => {
    connection?.dispose();
    await host?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const settled = (wanted: number): Promise<Reply> =>
    until(async () => {
      const reply = await send(agent, '/readyz').catch(() => null);
      return reply?.status === wanted ? reply : null;
    }, `readiness ${wanted}`);

  it('is ready, and makes an image through the tunnel', async () => {
    expect((await settled(200)).body).toMatchObject({ mode: 'invokeai_queue', failing: null });
    const { status, body } = await send(agent, '/v1/images/generations', { prompt: 'an apple', seed: 1, response_format: 'b64_json' });
    expect(status).toBe(200);
    const [entry] = body['data'] as readonly { readonly b64_json: string }[];
    expect(Buffer.from(entry?.b64_json ?? '', 'base64')).toHaveLength(400_008);
    expect(real.run('stat', '-c', '%s %U', '/var/lib/ada-images-shim/last.png').trim()).toBe('400008 invokeai');
  });

  it('runs as invokeai, on loopback only, without rights, in a system it cannot write to', () => {
    const pid = real.run('systemctl', 'show', '-p', 'MainPID', '--value', UNIT).trim();
    expect(real.run('stat', '-c', '%U', `/proc/${pid}`).trim()).toBe('invokeai');
    // 2383 is 9091; loopback as the kernel writes it.
    expect(real.run('grep', ':2383 00000000:0000 0A', '/proc/net/tcp')).toMatch(/0100007F:2383/);
    expect(real.run('sh', '-c', `grep -E 'NoNewPrivs|CapEff|Seccomp:' /proc/${pid}/status`)).toMatch(
      /CapEff:\s0+\nNoNewPrivs:\s1\nSeccomp:\s2/,
    );
    expect(real.run('awk', '$5 == "/" {print $6}', `/proc/${pid}/mountinfo`)).toMatch(/^ro,/);
  });

  it('has no folder of its user from which root reads, and little to attack', () => {
    const shown = real.run('systemctl', 'show', '-p', 'EnvironmentFiles', '--value', UNIT);
    const folders = [...shown.matchAll(/(\/\S+)\/[^/\s]+/g)].map(([, folder = '']) => folder);
    expect(folders).toEqual(['/etc/ada-images-shim']);
    for (const folder of folders) expect(real.run('stat', '-c', '%U:%G %a', folder).trim()).toBe('root:root 750');
    // The attack: the unit's user puts a link to a file of root where the settings are read from.
    const attack = `ln -sf /etc/shadow ${SETTINGS}`;
    expect(real.run('sh', '-c', `setpriv --reuid=invokeai --regid=invokeai --clear-groups ${attack} 2>&1 || echo refused`)).toContain(
      'refused',
    );
    const exposure = /([\d.]+) \w+/.exec(real.run('systemd-analyze', 'security', '--no-pager', UNIT).split('\n').at(-2) ?? '');
    expect(Number(exposure?.[1])).toBeLessThanOrEqual(2);
  });

  it('leaves lines with their priority in the journal', () => {
    const lines = real.run('journalctl', '-u', UNIT, '-o', 'json', '--output-fields=MESSAGE,PRIORITY').trim().split('\n');
    const message = lines.map((line) => JSON.parse(line) as { readonly MESSAGE: string; readonly PRIORITY: string });
    expect(message.find((line) => line.MESSAGE.startsWith('generated '))).toMatchObject({ PRIORITY: '6' });
    expect(message.some((line) => line.MESSAGE.includes('apple'))).toBe(false);
  });

  it('stops with InvokeAI, and comes back with it', async () => {
    real.run('systemctl', 'stop', 'invokeai.service');
    expect(real.run('sh', '-c', `systemctl is-active ${UNIT} || true`).trim()).toBe('inactive');
    real.run('systemctl', 'start', UNIT);
    expect((await settled(200)).body['failing']).toBeNull();
    real.run('systemctl', 'kill', '-s', 'KILL', UNIT);
    await settled(200);
  });

  it('does not start with a setting that makes no sense, and is not tried again', async () => {
    real.run('sh', '-c', `echo SHIM_TIMEOUT_S=soon >> ${SETTINGS}`);
    real.run('systemctl', 'restart', UNIT);
    const state = () => real.run('systemctl', 'show', '-p', 'ActiveState,Result,ExecMainStatus', UNIT);
    await until(() => /ActiveState=failed/.test(state()), 'the unit to give up');
    expect(state()).toMatch(/ExecMainStatus=2/);
    expect(real.run('journalctl', '-u', UNIT, '-p', 'err', '-o', 'cat')).toMatch(/SHIM_TIMEOUT_S must be a number/);
  });
});
