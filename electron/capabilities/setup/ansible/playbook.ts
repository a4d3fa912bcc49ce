import { stringify } from 'yaml';
import { assertNever } from '../../../../shared/errors.ts';
import type { HostAnswers } from '../../../foundation/host-reader/answers.ts';
import type { PlannedStep } from '../engine/plan.ts';
import type { Resource } from '../engine/resources.ts';
import type { HostFacts } from '../host-facts.ts';
import type { MadePlan } from '../planner.ts';
import { fileTasks, folderTasks } from './file-tasks.ts';
import { checkoutTasks, environmentTasks } from './program-tasks.ts';
import { readmeOf } from './readme.ts';
import { answerTasks, memberTasks, packagesTasks, requireTasks, topicOf, unitHandlers, unitTasks, userTasks } from './system-tasks.ts';
import { nameOf, type StepTasks, type Task } from './task.ts';

type Unit = Extract<Resource, { kind: 'unit' }>;

/** Modules of Python run without a file on the host, so that a task may act as another user there. */
const CONFIGURATION = '[defaults]\nretry_files_enabled = False\n\n[ssh_connection]\npipelining = True\n';

/**
 * Planned recipes as a folder for Ansible (ansible-core 2.14 and newer), by path: site.yml, its files, ansible.cfg and README.md. It makes true on any host
 * of the same system what the recipes make true on the planned one; secrets are variables. Pure.
 */
export function makePlaybook(made: MadePlan, hostLabel: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const secrets: string[] = [];
  const notes: string[] = [];
  const plays = made.chosen.map(({ recipe }) => {
    const steps = made.plan.steps.filter((placed) => placed.recipe === recipe.id);
    const units = steps.flatMap(({ step: { resource } }) => (resource.kind === 'unit' && resource.isActive ? [resource] : []));
    const tasks: Task[] = [];
    for (const placed of steps) {
      const made_ = tasksOf(placed, made.answers);
      tasks.push(...withNotice(made_.tasks, topicsOf(placed, units)));
      for (const [path, text] of Object.entries(made_.files ?? {})) files.set(`files/${path}`, text);
      secrets.push(...(made_.secrets ?? []));
      notes.push(...(made_.notes ?? []));
    }
    return {
      name: recipe.title,
      hosts: 'all',
      become: true,
      pre_tasks: systemTasks(made.facts),
      tasks,
      handlers: units.flatMap(unitHandlers),
    };
  });
  files.set('site.yml', `---\n${stringify(plays, { lineWidth: 0, aliasDuplicateObjects: false })}`);
  files.set('ansible.cfg', CONFIGURATION);
  files.set('README.md', readmeOf({ made, hostLabel, secrets, notes }));
  return files;
}

function tasksOf(placed: PlannedStep, answers: HostAnswers): StepTasks {
  const { resource } = placed.step;
  const task = (module: string, options: Task, more: Task = {}): StepTasks => ({
    tasks: [{ name: nameOf(placed), [module]: options, ...more }],
  });
  switch (resource.kind) {
    case 'packages':
      return packagesTasks(placed, resource);
    case 'user':
      return userTasks(placed, resource);
    case 'member':
      return memberTasks(placed, resource);
    case 'folder':
      return folderTasks(placed, resource);
    case 'file':
      return fileTasks(placed, resource, answers);
    case 'link': {
      const { path, target, as } = resource;
      const link = { path, src: target, state: 'link', follow: false };
      return task('ansible.builtin.file', link, as === undefined ? {} : { become_user: as });
    }
    case 'packages-absent':
      return task('ansible.builtin.apt', { name: [...resource.names], state: 'absent', purge: true });
    case 'user-absent':
      return task('ansible.builtin.user', { name: resource.name, state: 'absent' });
    case 'member-absent': {
      const { user, group } = resource;
      // No module takes one group from a user and leaves the others.
      return {
        tasks: [
          { name: `Members of ${group}`, 'ansible.builtin.getent': { database: 'group', key: group } },
          {
            name: nameOf(placed),
            'ansible.builtin.command': { argv: ['gpasswd', '-d', user, group] },
            when: `'${user}' in (ansible_facts.getent_group['${group}'][2] | default('') | split(','))`,
          },
        ],
      };
    }
    case 'api':
      return {
        tasks: [],
        notes: [`${placed.step.title}: done through the program itself (${resource.operation.request}), not by this playbook.`],
      };
    case 'absent':
      return task('ansible.builtin.file', { path: resource.path, state: 'absent' });
    case 'environment':
      return environmentTasks(placed, resource);
    case 'checkout':
      return checkoutTasks(placed, resource);
    case 'unit':
      return unitTasks(placed, resource);
    case 'answer':
      return answerTasks(placed, resource);
    case 'launchd':
      return { tasks: [], notes: [`${placed.step.title}: launchd belongs to macOS, for which this playbook has no tasks.`] };
    case 'require':
      return requireTasks(placed, resource);
    default:
      return assertNever(resource);
  }
}

/** Handlers that a change of this step concerns. */
function topicsOf({ step: { resource } }: PlannedStep, units: readonly Unit[]): readonly string[] {
  return 'path' in resource ? units.filter(({ reads }) => reads.includes(resource.path)).map(topicOf) : [];
}

const withNotice = (tasks: readonly Task[], topics: readonly string[]): readonly Task[] =>
  topics.length === 0 ? tasks : tasks.map((task, index) => (index === tasks.length - 1 ? { ...task, notify: [...topics] } : task));

/** The steps were made for this system: another one has other packages and paths. */
function systemTasks({ distribution, release, machine }: HostFacts): readonly Task[] {
  const that = [
    ...(distribution === null ? [] : [`(ansible_facts.distribution | lower) == '${distribution}'`]),
    ...(release === null ? [] : [`'${release}' in [ansible_facts.distribution_major_version, ansible_facts.distribution_version]`]),
    ...(machine === null ? [] : [`ansible_facts.architecture == '${machine}'`]),
  ];
  if (that.length === 0) return [];
  const assert = { that, fail_msg: 'This playbook was made for another system. Export it again from a host of this one.', quiet: true };
  return [{ name: 'System that the playbook was made for', 'ansible.builtin.assert': assert }];
}
