import type { PlannedStep } from '../engine/plan.ts';
import type { Resource } from '../engine/resources.ts';
import { nameOf, plainName, type StepTasks, type Task } from './task.ts';

type Of<K extends Resource['kind']> = Extract<Resource, { kind: K }>;

const LOCK_TIMEOUT_S = 1800;
const LISTS_GOOD_FOR_S = 3600;
const ANSWER_PAUSE_S = 2;

export function packagesTasks(placed: PlannedStep, { names }: Of<'packages'>): StepTasks {
  const hasChoice = names.some((name) => name.includes('|'));
  const facts: Task = { name: `${nameOf(placed)}: look for what is installed`, 'ansible.builtin.package_facts': { manager: 'apt' } };
  const apt = {
    name: names.map(packageName),
    install_recommends: false,
    update_cache: true,
    cache_valid_time: LISTS_GOOD_FOR_S,
    lock_timeout: LOCK_TIMEOUT_S,
    dpkg_options: 'force-confold',
  };
  return { tasks: [...(hasChoice ? [facts] : []), { name: nameOf(placed), 'ansible.builtin.apt': apt }] };
}

/** Of `A|B` whichever is installed, else the first. */
function packageName(name: string): string {
  const either = name.split('|');
  const [first] = either;
  if (either.length === 1) return name;
  return `{{ [${either.map((one) => `'${one}'`).join(', ')}] | intersect(ansible_facts.packages.keys() | list) | first | default('${first}') }}`;
}

/** As the panel: a user that is there is left as it is. */
export function userTasks(placed: PlannedStep, { name, home, shell }: Of<'user'>): StepTasks {
  return {
    tasks: [
      { name: `${nameOf(placed)}: look for it`, 'ansible.builtin.getent': { database: 'passwd', key: name, fail_key: false } },
      {
        name: nameOf(placed),
        'ansible.builtin.user': { name, system: true, home, create_home: false, shell },
        when: `ansible_facts.getent_passwd['${name}'] is none`,
      },
    ],
  };
}

export function memberTasks(placed: PlannedStep, { user, group }: Of<'member'>): StepTasks {
  return { tasks: [{ name: nameOf(placed), 'ansible.builtin.user': { name: user, groups: [group], append: true } }] };
}

/** The topic that changed files of a unit notify. */
export const topicOf = (unit: Of<'unit'>): string => `${unit.onChange} ${unit.name}`;

/** Handlers that let a unit take up changed files. */
export function unitHandlers(unit: Of<'unit'>): readonly Task[] {
  const check: readonly Task[] =
    unit.test === undefined
      ? []
      : [
          {
            name: `Check before the ${unit.onChange} of ${unit.name}`,
            listen: topicOf(unit),
            'ansible.builtin.command': { argv: [...unit.test] },
            changed_when: false,
          },
        ];
  const state = unit.onChange === 'reload' ? 'reloaded' : 'restarted';
  return [
    ...check,
    {
      name: `${unit.onChange === 'reload' ? 'Reload' : 'Restart'} ${unit.name}`,
      listen: topicOf(unit),
      'ansible.builtin.systemd_service': { name: unit.name, state, daemon_reload: true },
    },
  ];
}

export function unitTasks(placed: PlannedStep, unit: Of<'unit'>): StepTasks {
  const flush: readonly Task[] = unit.isActive
    ? [{ name: `${nameOf(placed)}: take up changed files`, 'ansible.builtin.meta': 'flush_handlers' }]
    : [];
  const task: Task = {
    name: nameOf(placed),
    'ansible.builtin.systemd_service': {
      name: unit.name,
      enabled: unit.isEnabled,
      state: unit.isActive ? 'started' : 'stopped',
      daemon_reload: true,
    },
  };
  if (unit.isEnabled || unit.isActive) return { tasks: [...flush, task] };
  // A unit that is to be off may not be there at all.
  return {
    tasks: [
      { name: `${nameOf(placed)}: look for it`, 'ansible.builtin.service_facts': {} },
      { ...task, when: `'${unit.name}' in ansible_facts.services` },
    ],
  };
}

export function answerTasks(placed: PlannedStep, { url, status, json, withinS }: Of<'answer'>): StepTasks {
  const isAsWanted = [`answer.status == ${status}`, ...(json ? ["(answer.content_type | default('')) is match('application/json')"] : [])];
  return {
    tasks: [
      {
        name: nameOf(placed),
        'ansible.builtin.uri': { url, status_code: status, follow_redirects: 'none' },
        register: 'answer',
        // A request changes nothing, so that --check makes it as well.
        check_mode: false,
        until: isAsWanted,
        retries: Math.max(1, Math.ceil(withinS / ANSWER_PAUSE_S)),
        delay: ANSWER_PAUSE_S,
      },
    ],
  };
}

/** A precondition is decided on the host that the steps were made for; one that failed there fails everywhere. */
export function requireTasks(placed: PlannedStep, { reason, remedy }: Of<'require'>): StepTasks {
  const assert = { that: [placed.verdict.state !== 'blocked'], fail_msg: plainName(`${reason} ${remedy}`), quiet: true };
  return { tasks: [{ name: nameOf(placed), 'ansible.builtin.assert': assert }] };
}
