import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { HostUnderTest } from '../e2e/integration/hosts.ts';
import { openPanel, type PanelUnderTest } from '../e2e/integration/panel.ts';
import { CHECKS } from '../electron/capabilities/checks/list.ts';
import { createOpenSources, LAB_ADDRESS } from '../electron/capabilities/checks/open-sources.ts';
import { type FreshResult, runChecks } from '../electron/capabilities/checks/run-checks.ts';
import { RECIPES } from '../electron/capabilities/setup/recipes/index.ts';
import { untilOnline } from '../electron/foundation/ssh/until-online.ts';
import { startLabProcess } from './lab-process.ts';
import { noRealHost, sshCommand } from './real-peer.ts';
import { type Bench, type Figure, median } from './result.ts';
import { applyOn, choose, openSetupHost, planOn } from './setup-host.ts';

const ROUNDS = 5;
const SHARE = 1 / 3;
const READING = CHECKS.filter(({ cost }) => cost === 'reads');

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
const overSsh = (host: Pick<HostUnderTest, 'profile' | 'knownHostsFile'>, command: string): Promise<void> =>
  new Promise((resolve) => {
    const [program = 'ssh', ...args] = sshCommand(host);
    execFile(program, [...args, command], { maxBuffer: 16 * 1024 * 1024 }, () => resolve());
  });

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Signs in and runs every check that only reads. */
async function runAll(open: () => PanelUnderTest, labAddress: string | null): Promise<readonly FreshResult[]> {
  const panel = open();
  const { signal } = new AbortController();
  try {
    await untilOnline(panel.connection, signal);
    const results: FreshResult[] = [];
    const { profile, connection: transport, backends, gateway } = panel;
    const openSources = createOpenSources({ profile, labAddress, transport, backends, gateway, connectionTo: () => null, now: Date.now });
    const { sources, close } = await openSources(READING, signal);
    await runChecks(READING, sources, { signal, now: Date.now, onStart: () => {}, onResult: (result) => results.push(result) });
    close();
    return results;
  } finally {
    panel.dispose();
  }
}

async function compare(
  name: string,
  open: () => PanelUnderTest,
  host: Pick<HostUnderTest, 'profile' | 'knownHostsFile'>,
  o: { readonly labAddress: string | null; readonly guide: readonly string[] },
): Promise<Figure> {
  const found = await runAll(open, o.labAddress);
  const wrong = found.filter(({ verdict }) => verdict === 'fail' || verdict === 'unknown');
  if (wrong.length > 0) throw new Error(`not healthy: ${wrong.map(({ id, summary }) => `${id}: ${summary}`).join('; ')}`);
  const own: number[] = [];
  const typed: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    own.push(await timed(() => runAll(open, o.labAddress)));
    typed.push(
      await timed(async () => {
        for (const command of o.guide) await overSsh(host, command);
      }),
    );
  }
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
    said: `${READING.length} checks, signing in included, ${found.filter(({ verdict }) => verdict === 'pass').length} of them passed; the peer is ${o.guide.length} commands one by one; median of ${ROUNDS} in turns`,
  };
}

async function onLab(): Promise<Figure> {
  const lab = await startLabProcess();
  try {
    const { target } = lab;
    return await compare('healthy lab', () => lab.openPanel({ throughHost: true }), target, {
      labAddress: LAB_ADDRESS,
      guide: [...GUIDE, ...GUIDE_OF_GATEWAY(lab.gateway.token)],
    });
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
    const open = (): PanelUnderTest => openPanel({ ...host.target, sudoPassword: host.bare.host.password, gateway: null });
    return await compare('host that Setup built', open, host.target, { labAddress: null, guide: GUIDE });
  } finally {
    await host.close();
  }
}

export const bench: Bench = {
  name: 'checks',
  unavailable: () => (existsSync(join(import.meta.dirname, '..', 'out', 'lab', 'lab.cjs')) ? noRealHost() : 'npm run build makes the lab'),
  run: async () => [await onLab(), await onRealHost()],
};
