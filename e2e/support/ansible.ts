import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RealHost } from '../host/real-host.ts';

export interface AnsibleRun {
  readonly exitCode: number | null;
  readonly changed: number;
  readonly failed: number;
  readonly unreachable: number;
  readonly elapsedMs: number;
  readonly output: string;
}

/** Runs `site.yml` of a folder against a host with Debian's Ansible, without blocking this process; `changed` and the others are of its recap. */
export async function ansiblePlaybook(host: RealHost, folder: string, options: readonly string[] = []): Promise<AnsibleRun> {
  const work = mkdtempSync(join(tmpdir(), 'ada-ansible-'));
  const inventory = join(work, 'hosts.json');
  const connection = {
    ansible_host: host.hostName,
    ansible_user: host.user,
    ansible_ssh_private_key_file: host.keyFile,
    ansible_become_password: host.password,
    ansible_python_interpreter: '/usr/bin/python3',
    ansible_ssh_common_args: `-F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=${join(work, 'known_hosts')}`,
  };
  // JSON is YAML, which Ansible reads an inventory as.
  writeFileSync(inventory, JSON.stringify({ all: { hosts: { bare: connection } } }), { mode: 0o600 });
  const startedAt = performance.now();
  return await new Promise((resolve, reject) => {
    const child = spawn('ansible-playbook', ['-i', inventory, ...options, 'site.yml'], {
      cwd: folder,
      env: { ...process.env, ANSIBLE_NOCOLOR: '1', ANSIBLE_LOCAL_TEMP: work, HOME: work, LC_ALL: 'C.UTF-8' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    child.once('error', reject);
    child.once('close', (exitCode) => {
      const count = (name: string): number => Number(new RegExp(`^bare .* ${name}=(\\d+)`, 'm').exec(output)?.[1] ?? Number.NaN);
      const elapsedMs = performance.now() - startedAt;
      resolve({ exitCode, changed: count('changed'), failed: count('failed'), unreachable: count('unreachable'), elapsedMs, output });
    });
  });
}
