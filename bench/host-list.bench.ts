import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listSshConfigAliases } from '../electron/foundation/ssh/ssh-config-hosts.ts';
import { type Bench, median } from './result.ts';

const HOSTS = 200;
const ROUNDS = 30;

/** 200 hosts, half of them in 10 included files, with a `Match exec` that takes a second where ssh evaluates it. */
function writeConfig(home: string): string {
  const hostText = (index: number): string =>
    `Host gpu-${index}\n  HostName 10.0.${Math.floor(index / 250)}.${index % 250}\n  User ops\n  Port 2222\n  ProxyJump bastion\n`;
  const indexes = Array.from({ length: HOSTS }, (_none, index) => index);
  const file = join(home, '.ssh', 'config');
  mkdirSync(join(home, '.ssh', 'conf.d'), { recursive: true });
  for (let folder = 0; folder < 10; folder += 1) {
    const some = indexes.slice(folder * 10, folder * 10 + 10);
    writeFileSync(join(home, '.ssh', 'conf.d', `${folder}.conf`), some.map(hostText).join('\n'));
  }
  const rest = indexes.slice(100).map(hostText).join('\n');
  writeFileSync(file, `Include ${join(home, '.ssh', 'conf.d')}/*.conf\n${rest}\nMatch host slow-* exec "sleep 1"\n  User other\n`);
  return file;
}

async function elapsedMs(run: () => unknown): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

export const bench: Bench = {
  name: 'host-list',
  unavailable: () => (spawnSync('ssh', ['-V']).error === undefined ? null : 'needs the OpenSSH client'),
  run: async () => {
    const home = mkdtempSync(join(tmpdir(), 'ada-bench-hosts-'));
    try {
      const file = writeConfig(home);
      const listed: number[] = [];
      const peer: number[] = [];
      let count = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        peer.push(await elapsedMs(() => execFileSync('ssh', ['-F', file, '-G', 'gpu-150'], { stdio: 'ignore' })));
        listed.push(
          await elapsedMs(async () => {
            count = (await listSshConfigAliases(home)).length;
          }),
        );
      }
      const [value, one] = [median(listed), median(peer)];
      return [
        {
          name: `list of ${HOSTS} hosts of an SSH configuration`,
          value,
          unit: 'ms',
          peer: one,
          ratio: value / one,
          target: '≤ 2 × one `ssh -G` of the same configuration',
          ok: value <= 2 * one && count === HOSTS,
          said: `${count} hosts in 11 files, median of ${ROUNDS} rounds in turns with ssh -G of one host`,
        },
      ];
    } finally {
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    }
  },
};
