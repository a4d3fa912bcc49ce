import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ansiblePlaybook } from '../e2e/support/ansible.ts';
import { writeNewFolder } from '../electron/cli/new-folder.ts';
import { noRealHost } from './real-peer.ts';
import { type Bench, median } from './result.ts';
import { applyOn, choose, openSetupHost, planOn, recipeOf, type SetupHost, step } from './setup-host.ts';

const FILES = 100;
const BYTES = 4096;
const ROUNDS = 5;
const PEER_ROUNDS = 2;
const FOLDER = '/etc/ada-bench';

const freshTexts = (): readonly string[] =>
  Array.from(
    { length: FILES },
    () =>
      `${randomBytes(BYTES / 2)
        .toString('hex')
        .slice(0, BYTES - 1)}\n`,
  );
const nameOf = (index: number): string => `file-${index}.conf`;

/** From a new connection to the last verified file; the plan was shown before. */
async function ours(host: SetupHost): Promise<number> {
  const texts = freshTexts();
  const recipe = recipeOf(
    texts.map((text, index) =>
      step(nameOf(index), {
        kind: 'file',
        path: `${FOLDER}/${nameOf(index)}`,
        owner: 'root',
        group: 'root',
        mode: '644',
        content: { kind: 'text', text },
      }),
    ),
  );
  const before = await host.connect();
  const made = await planOn(before, [choose(recipe)]);
  before.dispose();
  if (made.plan.changes !== FILES) throw new Error(`${made.plan.changes} files would change`);
  const startedAt = performance.now();
  const connection = await host.connect();
  await applyOn(connection, made);
  const elapsedMs = performance.now() - startedAt;
  connection.dispose();
  return elapsedMs;
}

async function theirs(host: SetupHost): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'ada-bench-files-'));
  const files = new Map(freshTexts().map((text, index) => [`files/${nameOf(index)}`, text]));
  files.set('ansible.cfg', '[ssh_connection]\npipelining = True\n');
  const copy = { src: '{{ item }}', dest: `${FOLDER}/{{ item }}`, owner: 'root', group: 'root', mode: '0644' };
  const tasks = [{ name: 'Copy', 'ansible.builtin.copy': copy, loop: Array.from({ length: FILES }, (_none, index) => nameOf(index)) }];
  files.set('site.yml', JSON.stringify([{ hosts: 'all', become: true, gather_facts: false, tasks }]));
  writeNewFolder(folder, files);
  const run = await ansiblePlaybook(host.bare.host, folder);
  if (run.failed !== 0 || run.changed !== 1) throw new Error(run.output.slice(-2000));
  return run.elapsedMs;
}

async function rounds(count: number, work: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < count; round += 1) times.push(await work());
  return median(times);
}

export const bench: Bench = {
  name: 'setup-files',
  unavailable: noRealHost,
  run: async () => {
    const host = await openSetupHost();
    try {
      host.bare.host.run('mkdir', '-m', '755', FOLDER);
      const value = await rounds(ROUNDS, () => ours(host));
      const peer = await rounds(PEER_ROUNDS, () => theirs(host));
      return [
        {
          name: `apply of ${FILES} changed files of 4 KB`,
          value,
          unit: 'ms',
          peer,
          ratio: value / peer,
          target: '≤ 1/5 of Ansible copy',
          ok: value / peer <= 1 / 5,
          said: `connect, plan again, write, verify; median of ${ROUNDS}. The peer is ansible-playbook with one copy task in a loop, pipelining on; median of ${PEER_ROUNDS}`,
        },
      ];
    } finally {
      await host.close();
    }
  },
};
