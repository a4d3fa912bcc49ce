import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { HostUnderTest } from '../e2e/integration/hosts.ts';
import { RECIPES } from '../electron/capabilities/setup/recipes/index.ts';
import { runChecksCommand } from '../electron/cli/checks.ts';
import { DEFAULT_SETTINGS } from '../shared/default-settings.ts';
import { startLabProcess } from './lab-process.ts';
import { noRealHost, sshCommand } from './real-peer.ts';
import { type Bench, type Figure, median } from './result.ts';
import { applyOn, choose, openSetupHost, planOn } from './setup-host.ts';

type Target = Pick<HostUnderTest, 'profile' | 'knownHostsFile'>;
type Gateway = NonNullable<HostUnderTest['gateway']>;
const Results = z.object({ checks: z.array(z.object({ id: z.string(), verdict: z.string(), summary: z.string() })) });
type Results = z.infer<typeof Results>['checks'];

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

/** A data folder and a home as the panel would have them for this host. */
function settle(host: Target, gateway: Gateway | null): { readonly homeFolder: string; readonly tokenFile: string | null } {
  const homeFolder = mkdtempSync(join(tmpdir(), 'ada-bench-checks-'));
  mkdirSync(join(homeFolder, '.ssh'), { mode: 0o700 });
  copyFileSync(host.knownHostsFile, join(homeFolder, '.ssh', 'known_hosts'));
  writeFileSync(join(homeFolder, 'hosts.json'), JSON.stringify([host.profile]));
  if (gateway === null) return { homeFolder, tokenFile: null };
  const gateways = { [host.profile.id]: gateway.kept };
  writeFileSync(join(homeFolder, 'settings.json'), JSON.stringify({ ...DEFAULT_SETTINGS, gateways }));
  const tokenFile = join(homeFolder, 'token');
  writeFileSync(tokenFile, `${gateway.token}\n`, { mode: 0o600 });
  return { homeFolder, tokenFile };
}

/** `npm run checks` without the start of Node: signs in and runs every check that only reads. */
async function runAll({ homeFolder, tokenFile }: ReturnType<typeof settle>, hostId: string): Promise<Results> {
  const out: string[] = [];
  const token = tokenFile === null ? [] : ['--token-file', tokenFile];
  const exitCode = await runChecksCommand(['--host', hostId, '--json', '--data-folder', homeFolder, ...token], {
    terminal: null,
    print: (line) => out.push(line),
    note: (line) => out.push(line),
    homeFolder,
    folder: homeFolder,
    environment: { PATH: process.env['PATH'] },
    platform: 'linux',
    interrupted: new AbortController().signal,
    command: 'bench',
    openLab: () => Promise.reject(new Error('a host is named')),
    secrets: { read: () => null, write: () => {}, forget: () => {}, values: () => [] },
  });
  if (exitCode === 3) throw new Error(out.join('\n'));
  return Results.parse(JSON.parse(out.join('\n'))).checks;
}

async function compare(
  name: string,
  host: Target,
  o: { readonly gateway: Gateway | null; readonly guide: readonly string[] },
): Promise<Figure> {
  const place = settle(host, o.gateway);
  const { id } = host.profile;
  const found = await runAll(place, id);
  // A container shares the kernel of this computer, whose log it does not have.
  const wrong = found.filter(({ verdict }) => verdict === 'fail');
  if (wrong.length > 0) throw new Error(`not healthy: ${wrong.map((one) => `${one.id}: ${one.summary}`).join('; ')}`);
  const own: number[] = [];
  const typed: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    own.push(await timed(() => runAll(place, id)));
    typed.push(
      await timed(async () => {
        for (const command of o.guide) await overSsh(host, command);
      }),
    );
  }
  rmSync(place.homeFolder, { recursive: true, force: true });
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
    said: `${found.length} checks, signing in included, ${found.filter(({ verdict }) => verdict === 'pass').length} of them passed; the peer is ${o.guide.length} commands one by one; median of ${ROUNDS} in turns`,
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
