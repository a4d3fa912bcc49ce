import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { whyNoRealHost } from '../host/image.ts';
import { until } from './panel.ts';

const FIXTURE = fileURLToPath(new URL('./host-ends.fixture.ts', import.meta.url));

async function bootElsewhere() {
  const child = spawn(process.execPath, ['--import', 'tsx', FIXTURE], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const [machineName = '', hostName = '', folder = ''] = line.split(' ');
  return { child, machineName, hostName, folder };
}

const isRunning = (machineName: string): boolean => spawnSync('pgrep', ['-f', `^systemd-nspawn .*--machine=${machineName} `]).status === 0;
const hasLink = (machineName: string): boolean => spawnSync('ip', ['link', 'show', `ve-${machineName}`]).status === 0;

describe.skipIf(whyNoRealHost() !== null)('a booted host', () => {
  it('has a subnet of its own, and goes with the process that booted it, however that ends', async () => {
    const hosts = await Promise.all([bootElsewhere(), bootElsewhere(), bootElsewhere()]);
    expect(new Set(hosts.map((host) => host.hostName)).size).toBe(3);
    for (const host of hosts) expect(isRunning(host.machineName) && hasLink(host.machineName) && existsSync(host.folder)).toBe(true);
    for (const [index, signal] of (['SIGINT', 'SIGTERM', 'SIGKILL'] as const).entries()) hosts[index]?.child.kill(signal);
    for (const host of hosts) {
      await until(() => !isRunning(host.machineName) && !hasLink(host.machineName), `the end of ${host.machineName}`);
      await until(() => !existsSync(host.folder), 'its files to be removed');
    }
  });
});
