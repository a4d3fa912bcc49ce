import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostUnderTest } from '../e2e/integration/hosts.ts';
import { createGatewaySettingsInMemory } from '../electron/capabilities/gateway/gateway-settings.ts';
import { openSettings } from '../electron/capabilities/settings/settings.ts';
import { RECIPES } from '../electron/capabilities/setup/recipes/index.ts';
import { openRun } from '../electron/cli/checks.ts';
import { silentLogger } from '../electron/foundation/log/log.ts';
import { startLabProcess } from './lab-process.ts';
import { noRealHost, sshCommand } from './real-peer.ts';
import { type Bench, type Figure, median } from './result.ts';
import { applyOn, choose, openSetupHost, planOn } from './setup-host.ts';

type Target = Pick<HostUnderTest, 'profile' | 'knownHostsFile'>;
type Gateway = NonNullable<HostUnderTest['gateway']>;

const ROUNDS = 5;
const SHARE = 1 / 3;

/** What the guide has a person type to see whether the chain works, one command after the other. */
const GUIDE = [
  'nvidia-smi',
  'systemctl --no-pager status invokeai',
  'journalctl --no-pager -u invokeai -n 100',
  'curl -sf http://127.0.0.1:7860/healthz',
  'curl -sf http://127.0.0.1:7860/readyz',
  'curl -s http://127.0.0.1:9090/api/v2/models/',
  'ls -l /var/lib/invokeai/openai_images_shim/last.png',
  'df -h',
];
const GUIDE_OF_GATEWAY = (token: string): readonly string[] => [
  `curl -sk https://127.0.0.1:8800/v1/gateway/status -H 'Authorization: Bearer ${token}'`,
  `curl -sk https://127.0.0.1:8800/v1/models -H 'Authorization: Bearer ${token}'`,
  'ls -ld /var/lib/gateway/data/ui_images',
];

/** Runs a command to its end over a connection of its own; what it says is not judged. */
const overSsh = (host: Target, command: string): Promise<void> =>
  new Promise((resolve) => {
    const [program = 'ssh', ...args] = sshCommand(host);
    execFile(program, [...args, command], { maxBuffer: 16 * 1024 * 1024 }, () => resolve());
  });

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** The checks of a host as the page runs them, over a connection that is signed in. */
async function openChecks(host: Target, gateway: Gateway | null) {
  const homeFolder = mkdtempSync(join(tmpdir(), 'ada-bench-checks-'));
  mkdirSync(join(homeFolder, '.ssh'), { mode: 0o700 });
  copyFileSync(host.knownHostsFile, join(homeFolder, '.ssh', 'known_hosts'));
  const run = openRun({
    io: {
      terminal: null,
      homeFolder,
      environment: { PATH: process.env['PATH'] },
      interrupted: new AbortController().signal,
      secrets: { read: () => null, write: () => {}, forget: () => {}, values: () => [] },
    },
    profile: host.profile,
    lab: null,
    list: { read: () => [host.profile] },
    settings: openSettings({ dataFolder: homeFolder, log: silentLogger }),
    gatewaySettings: createGatewaySettingsInMemory(gateway?.kept ?? null, gateway?.token ?? null),
  });
  await run.connect();
  return {
    runAll: async () => {
      await run.checks.run([], 'operator');
      const { results, error } = run.checks.state();
      if (error !== null) throw new Error(error.message);
      return results;
    },
    close: () => {
      run.close();
      rmSync(homeFolder, { recursive: true, force: true });
    },
  };
}

async function compare(
  name: string,
  host: Target,
  o: { readonly gateway: Gateway | null; readonly guide: readonly string[] },
): Promise<Figure> {
  const signInMs = await timed(async () => (await openChecks(host, o.gateway)).close());
  const { runAll, close } = await openChecks(host, o.gateway);
  const found = await runAll();
  // A container shares the kernel of this computer, whose log it does not have.
  const wrong = found.filter(({ verdict }) => verdict === 'fail');
  if (wrong.length > 0) throw new Error(`not healthy: ${wrong.map((one) => `${one.id}: ${one.summary}`).join('; ')}`);
  const own: number[] = [];
  const typed: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    own.push(await timed(runAll));
    typed.push(
      await timed(async () => {
        for (const command of o.guide) await overSsh(host, command);
      }),
    );
  }
  close();
  const value = median(own);
  const peer = median(typed);
  return {
    name: `checks that only read, ${name}`,
    value,
    unit: 'ms',
    peer,
    ratio: value / peer,
    target: '≤ 1/3 of the guide’s commands over ssh',
    ok: value / peer <= SHARE,
    said: `${found.length} checks over the panel’s connection (signing in takes ${Math.round(signInMs)} ms more), ${found.filter(({ verdict }) => verdict === 'pass').length} of them passed; the peer is ${o.guide.length} commands one by one; median of ${ROUNDS} in turns`,
  };
}

async function onLab(): Promise<Figure> {
  const lab = await startLabProcess();
  try {
    const { target, gatewayOfHost } = lab;
    return await compare('healthy lab', target, { gateway: gatewayOfHost, guide: [...GUIDE, ...GUIDE_OF_GATEWAY(gatewayOfHost.token)] });
  } finally {
    lab.end();
  }
}

async function onRealHost(): Promise<Figure> {
  const host = await openSetupHost();
  try {
    const { mirror } = host.bare;
    const values: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      network: { hfEndpoint: mirror.huggingFaceUrl },
      invokeai: { index: mirror.pythonIndexUrl, torchIndex: mirror.torchIndexUrl('cu128'), privateDownloads: 'yes', models: 'sd15' },
    };
    const wanted = ['least-privilege', 'network', 'invokeai', 'images-shim', 'nginx'];
    const chosen = RECIPES.filter(({ id }) => wanted.includes(id)).map((recipe) => choose(recipe, values[recipe.id] ?? {}));
    const connection = await host.connect();
    await applyOn(connection, await planOn(connection, chosen));
    connection.dispose();
    return await compare('host that Setup built', host.target, { gateway: null, guide: GUIDE });
  } finally {
    await host.close();
  }
}

export const bench: Bench = {
  name: 'checks',
  unavailable: () => (existsSync(join(import.meta.dirname, '..', 'out', 'lab', 'lab.cjs')) ? noRealHost() : 'npm run build makes the lab'),
  run: async () => [await onLab(), await onRealHost()],
};
