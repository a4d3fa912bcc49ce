import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached, must } from '../../e2e/host/image.ts';
import type { RealHost } from '../../e2e/host/real-host.ts';
import { environmentMark } from '../../electron/capabilities/setup/engine/plan-programs.ts';
import type { Resource } from '../../electron/capabilities/setup/engine/resources.ts';
import type { MadePlan } from '../../electron/capabilities/setup/planner.ts';
import { writeNewFolder } from '../../electron/cli/new-folder.ts';
import { readFileRequest, readFileState } from '../../electron/foundation/host-reader/answers.ts';

const VERSION = '3.10.0';

/** pyinfra of the package index, installed once into the cache. */
function pyinfraFolder(): string {
  return cached('pyinfra', VERSION, (work) => void must('pip3', ['install', '--quiet', '--target', work, `pyinfra==${VERSION}`]));
}

/** A text as Python reads it: JSON's escapes are Python's. */
const py = (value: string | readonly string[]): string => JSON.stringify(value);

/** The checks of a plan as a deploy of pyinfra. An edited file is compared as a whole, which is the cheaper check. */
export function pyinfraDeploy(made: MadePlan): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const operation = (resource: Resource): string => {
    switch (resource.kind) {
      case 'packages':
        return `apt.packages(packages=${py(resource.names.map((name) => name.split('|')[0] ?? name))})`;
      case 'user':
        return `server.user(user=${py(resource.name)}, home=${py(resource.home)}, shell=${py(resource.shell)}, system=True, ensure_home=False)`;
      case 'member':
        return `server.user(user=${py(resource.user)}, groups=[${py(resource.group)}], append=True, ensure_home=False)`;
      case 'folder':
        return `files.directory(path=${py(resource.path)}, user=${py(resource.owner)}, group=${py(resource.group)}, mode=${py(resource.mode)})`;
      case 'file': {
        const { path, owner, group, mode, content } = resource;
        const present = readFileState(made.answers.get(readFileRequest(path)))?.text ?? null;
        const source = `files${path}`;
        files.set(source, content.kind === 'edit' ? content.edit(present) : content.text);
        return `files.put(src=${py(source)}, dest=${py(path)}, user=${py(owner)}, group=${py(group)}, mode=${py(mode)})`;
      }
      case 'link':
        return `files.link(path=${py(resource.path)}, target=${py(resource.target)})`;
      case 'absent':
        return `files.file(path=${py(resource.path)}, present=False)`;
      case 'environment':
        // As the panel and its playbook: by the mark of a complete environment, which costs less than a list of its packages.
        files.set(`files${resource.path}/.ada-panel`, `${environmentMark(resource)}\n`);
        return `files.put(src=${py(`files${resource.path}/.ada-panel`)}, dest=${py(`${resource.path}/.ada-panel`)})`;
      case 'checkout':
        return `git.repo(src=${py(resource.repository)}, dest=${py(resource.path)}, branch=${py(resource.tag)})`;
      case 'unit':
        return `systemd.service(service=${py(resource.name)}, running=${resource.isActive ? 'True' : 'False'}, enabled=${resource.isEnabled ? 'True' : 'False'})`;
      case 'answer':
        return `host.get_fact(Command, command=${py(`python3 -c 'import urllib.request as u; print(u.urlopen("${resource.url}").status)'`)})`;
      case 'require':
        return '# decided from facts';
      default:
        throw new Error(`the recipes that are compared have no step of the kind ${resource.kind}`);
    }
  };
  const lines = [
    'from pyinfra import host',
    'from pyinfra.facts.server import Command, LinuxDistribution',
    'from pyinfra.operations import apt, files, git, server, systemd',
    'host.get_fact(LinuxDistribution)',
    ...made.plan.steps.map(({ step }) => operation(step.resource)),
  ];
  return new Map([...files, ['deploy.py', `${lines.join('\n')}\n`]]);
}

/** Checks a host without changing it, as `pyinfra --dry` does; ms of the whole program. Throws when the program fails. */
export async function pyinfraDry(
  host: RealHost,
  deploy: ReadonlyMap<string, string>,
): Promise<{ readonly elapsedMs: number; readonly output: string }> {
  const library = pyinfraFolder();
  const folder = mkdtempSync(join(tmpdir(), 'ada-pyinfra-'));
  const data = [
    `"ssh_user": ${py(host.user)}`,
    `"ssh_key": ${py(host.keyFile)}`,
    `"ssh_known_hosts_file": ${py(join(folder, 'known_hosts'))}`,
    '"ssh_strict_host_key_checking": "no"',
    '"_sudo": True',
    `"_sudo_password": ${py(host.password)}`,
  ];
  writeNewFolder(folder, new Map([...deploy, ['inventory.py', `hosts = [(${py(host.hostName)}, {${data.join(', ')}})]\n`]]));
  const startedAt = performance.now();
  return await new Promise((resolve, reject) => {
    const child = spawn('python3', ['-m', 'pyinfra', '--dry', 'inventory.py', 'deploy.py'], {
      cwd: folder,
      env: { ...process.env, PYTHONPATH: library, HOME: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve({ elapsedMs: performance.now() - startedAt, output });
      else reject(new Error(`pyinfra ended with ${code}\n${output.slice(-3000)}`));
    });
  });
}
