import type { PlannedStep } from '../engine/plan.ts';
import { environmentMark } from '../engine/plan-programs.ts';
import type { EnvironmentResource, Resource } from '../engine/resources.ts';
import { nameOf, type StepTasks, type Task, variableOf } from './task.ts';

type Of<K extends Resource['kind']> = Extract<Resource, { kind: K }>;

export function checkoutTasks(placed: PlannedStep, { path, repository, tag, user }: Of<'checkout'>): StepTasks {
  const git = { repo: repository, dest: path, version: tag, depth: 1 };
  return { tasks: [{ name: nameOf(placed), 'ansible.builtin.git': git, become_user: user }] };
}

/** A Python environment: by the module pip where venv makes it, by uv's own commands otherwise, for which ansible-core has no module. */
export function environmentTasks(placed: PlannedStep, environment: EnvironmentResource): StepTasks {
  const { path, user, tool } = environment;
  const marker = `${path}/.ada-panel`;
  const mark = environmentMark(environment);
  const complete: Task = {
    name: `${nameOf(placed)}: complete`,
    'ansible.builtin.copy': { content: `${mark}\n`, dest: marker, owner: user, group: user, mode: '0644' },
  };
  const install = tool === 'venv' ? pipTasks(placed, environment) : uvTasks(placed, environment, marker, mark);
  return { tasks: [...install, complete] };
}

function pipTasks(placed: PlannedStep, { path, python, requirements, index, torchIndex, user }: EnvironmentResource): readonly Task[] {
  const trusted = plainHttpHosts(index, torchIndex).map((host) => host.replace(/:\d+$/, ''));
  // Not as arguments of pip: with them the module takes every check for a change.
  const environment = {
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    ...(index === null ? {} : { PIP_INDEX_URL: index }),
    ...(torchIndex === null ? {} : { PIP_EXTRA_INDEX_URL: torchIndex }),
    ...(trusted.length === 0 ? {} : { PIP_TRUSTED_HOST: [...new Set(trusted)].join(' ') }),
  };
  return [
    {
      name: `${nameOf(placed)}: what Ansible's module needs`,
      'ansible.builtin.apt': { name: ['python3-setuptools', 'python3-venv'], install_recommends: false, lock_timeout: 1800 },
    },
    {
      name: nameOf(placed),
      'ansible.builtin.pip': {
        name: [...requirements],
        virtualenv: path,
        virtualenv_command: `${python} -m venv`,
        umask: '0022',
      },
      environment,
      become_user: user,
    },
  ];
}

function uvTasks(placed: PlannedStep, o: EnvironmentResource, marker: string, mark: string): readonly Task[] {
  const { path, tool, python, requirements, index, torchIndex, user } = o;
  const present = variableOf(placed.id, 'mark');
  const hosts = plainHttpHosts(index, torchIndex);
  const environment = {
    UV_SYSTEM_CERTS: '1',
    UV_NATIVE_TLS: '1',
    ...(index === null ? {} : { UV_DEFAULT_INDEX: index }),
    ...(hosts.length === 0 ? {} : { UV_INSECURE_HOST: hosts.join(' ') }),
    ...(python.startsWith('/') ? { UV_PYTHON_DOWNLOADS: 'never' } : {}),
  };
  const torch = torchIndex === null ? [] : ['--index', torchIndex, '--index-strategy', 'unsafe-best-match'];
  return [
    { name: `${nameOf(placed)}: look for its mark`, 'ansible.builtin.slurp': { src: marker }, register: present, failed_when: false },
    {
      name: `${nameOf(placed)}: environment`,
      'ansible.builtin.command': { argv: [tool, 'venv', '--clear', '--python', python, path], creates: `${path}/bin/python` },
      environment,
      become_user: user,
    },
    {
      name: nameOf(placed),
      'ansible.builtin.command': { argv: [tool, 'pip', 'install', '--python', `${path}/bin/python`, ...torch, ...requirements] },
      environment,
      become_user: user,
      when: `(${present}.content | default('') | b64decode | trim) != '${mark}'`,
    },
  ];
}

/** Hosts of indexes without TLS, which installers refuse unless they are named. */
const plainHttpHosts = (...indexes: readonly (string | null)[]): readonly string[] => [
  ...new Set(indexes.flatMap((index) => (index?.startsWith('http://') === true ? [new URL(index).host] : []))),
];
