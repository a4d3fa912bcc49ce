import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ansiblePlaybook } from '../e2e/support/ansible.ts';
import { makePlaybook } from '../electron/capabilities/setup/ansible/playbook.ts';
import type { ChosenRecipe } from '../electron/capabilities/setup/planner.ts';
import { RECIPES } from '../electron/capabilities/setup/recipes/index.ts';
import { writeNewFolder } from '../electron/cli/new-folder.ts';
import { pyinfraDeploy, pyinfraDry } from './peers/pyinfra.ts';
import { noRealHost } from './real-peer.ts';
import { type Bench, median } from './result.ts';
import { applyOn, type Channels, channelsOf, choose, openSetupHost, planOn, type SetupHost } from './setup-host.ts';

const WANTED = ['least-privilege', 'invokeai', 'images-shim', 'nginx'];
const ROUNDS = 10;
const PEER_ROUNDS = 3;
const MAX_ROUND_TRIPS = 3;

async function planned(
  host: SetupHost,
  chosen: readonly ChosenRecipe[],
): Promise<{ readonly elapsedMs: number; readonly channels: Channels }> {
  const startedAt = performance.now();
  const connection = await host.connect();
  const [channels, { plan }] = await channelsOf(() => planOn(connection, chosen));
  const elapsedMs = performance.now() - startedAt;
  connection.dispose();
  if (plan.changes > 0 || plan.blockedSteps > 0) {
    const left = plan.steps.filter(({ verdict }) => verdict.state !== 'ok').map(({ id, verdict }) => `${id}: ${JSON.stringify(verdict)}`);
    throw new Error(`the plan is not empty: ${left.join('\n').slice(0, 2000)}`);
  }
  return { elapsedMs, channels };
}

async function medianOf(count: number, work: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < count; round += 1) times.push(await work());
  return median(times);
}

export const bench: Bench = {
  name: 'setup-plan',
  unavailable: noRealHost,
  run: async () => {
    const host = await openSetupHost();
    try {
      const { mirror } = host.bare;
      const values = { index: mirror.pythonIndexUrl, torchIndex: mirror.torchIndexUrl('cu128'), models: 'none' };
      const chosen = RECIPES.filter(({ id }) => WANTED.includes(id)).map((recipe) =>
        choose(recipe, recipe.id === 'invokeai' ? values : {}),
      );
      const connection = await host.connect();
      await applyOn(connection, await planOn(connection, chosen));
      const made = await planOn(connection, chosen);
      const [again] = await channelsOf(() => planOn(connection, chosen));
      connection.dispose();
      const value = await medianOf(ROUNDS, async () => (await planned(host, chosen)).elapsedMs);
      const folder = mkdtempSync(join(tmpdir(), 'ada-bench-playbook-'));
      writeNewFolder(folder, makePlaybook(made, 'bench'));
      // The first run installs what the modules of Ansible need on the host.
      await ansiblePlaybook(host.bare.host, folder);
      const ansible = await medianOf(PEER_ROUNDS, async () => {
        const run = await ansiblePlaybook(host.bare.host, folder, ['--check']);
        if (run.changed !== 0 || run.failed !== 0) throw new Error(run.output);
        return run.elapsedMs;
      });
      const deploy = pyinfraDeploy(made);
      await pyinfraDry(host.bare.host, deploy);
      const pyinfra = await medianOf(PEER_ROUNDS, async () => (await pyinfraDry(host.bare.host, deploy)).elapsedMs);
      const checks = made.plan.steps.length;
      const said = `${checks} checks of ${chosen.map(({ recipe }) => recipe.id).join(', ')}, signing in and sudo with a password included; median of ${ROUNDS}. The peer is a whole run, median of ${PEER_ROUNDS}`;
      const against = (name: string, peer: number, share: number) => ({
        name: `no-change plan against ${name}`,
        value,
        unit: 'ms',
        peer,
        ratio: value / peer,
        target: `≤ 1/${1 / share} of ${name}`,
        ok: value / peer <= share,
        said,
      });
      return [
        against('Ansible', ansible, 1 / 5),
        against('pyinfra', pyinfra, 1 / 2),
        {
          name: 'round trips of a no-change plan',
          value: again.commands,
          unit: 'commands',
          peer: null,
          ratio: null,
          target: `≤ ${MAX_ROUND_TRIPS}`,
          ok: again.commands <= MAX_ROUND_TRIPS,
          said: `channels for commands that ssh2 opened for ${checks} checks in ${made.hostCommands} readings; ${again.tunnels} more channels were opened beside them for requests to services`,
        },
      ];
    } finally {
      await host.close();
    }
  },
};
