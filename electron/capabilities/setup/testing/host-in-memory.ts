import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { RECORD_SEPARATOR } from '../../../../shared/host-scripts/index.ts';
import { createFakeTransport } from '../../../testing/fake-transport.ts';
import { journalLine } from '../../../testing/journal-line.ts';
import type { Action } from '../engine/resources.ts';
import { NO_GATEWAY } from '../gateway-of-host.ts';
import { type AlsoRead, type ChosenRecipe, type MadePlan, makePlan } from '../planner.ts';
import type { Programs } from '../programs.ts';
import { completeValues, type ParameterValues, type Recipe } from '../recipe.ts';
import { DEBIAN_12, type HostSystem, NGINX_FILES } from './systems.ts';

interface Entry {
  readonly kind: 'file' | 'folder' | 'link';
  /** Text of a file, target of a link. */
  readonly text: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: string;
}

const SHIM_UNIT_FILE = join(import.meta.dirname, '../../../../ada2/images-shim/invokeai-openai-images-shim.service');
const KINDS = { file: 'regular file', folder: 'directory', link: 'symbolic link' } as const;
const UNITS = '/etc/systemd/system';
const RUN = 'c'.repeat(32);

/** A host as a table of files, users and units: it is read as `hostRead` does, and a plan's actions change it at once. */
export interface HostInMemory {
  readonly entries: Map<string, Entry>;
  readonly users: Map<string, { home: string; groups: string[] }>;
  readonly units: Map<string, { active: string; enabled: string }>;
  /** What the programs of units logged. */
  readonly logs: Map<string, string[]>;
  /** Lines of the answers to requests of one word, such as `gpu`. */
  readonly answers: Map<string, readonly string[]>;
  write(path: string, text: string, attributes?: Partial<Pick<Entry, 'owner' | 'group' | 'mode'>>): void;
  edit(path: string, edit: (text: string) => string): void;
  link(path: string, target: string): void;
  plan(recipes: readonly Recipe[], values?: Readonly<Record<string, ParameterValues>>, alsoRead?: AlsoRead): Promise<MadePlan>;
  apply(recipes: readonly Recipe[], values?: Readonly<Record<string, ParameterValues>>): Promise<void>;
}

/** A host with a GPU and nothing of images on it. */
export function createHostInMemory(system: HostSystem = DEBIAN_12): HostInMemory {
  const entries = new Map<string, Entry>();
  const users: HostInMemory['users'] = new Map([['panel', { home: '/home/panel', groups: ['panel', 'sudo'] }]]);
  const units: HostInMemory['units'] = new Map();
  const logs: HostInMemory['logs'] = new Map();
  const packages = new Set(system.packages);
  const answers: HostInMemory['answers'] = new Map([
    ['os', [...system.osRelease, 'ARCHITECTURE=x86_64', 'LOGIN=panel']],
    ['python', system.pythons],
    ['gpu', ['0', 'NVIDIA RTX 6000 Ada Generation, 580.126.09, 49140, 8.9']],
    ['memory', ['MemTotal: 131072000 kB']],
    ['listen', []],
    ['pci', ['0000:41:00.0 0x10de 0x030000']],
    ['sudo', ['1000', system.sudo]],
    ['disk', ['500000000000 1000000000000 /']],
  ]);
  const resolve = (path: string): string => {
    for (let at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1)) {
      const entry = entries.get(path.slice(0, at));
      if (entry?.kind === 'link') return resolve(posix.resolve(posix.dirname(path.slice(0, at)), entry.text) + path.slice(at));
    }
    return path;
  };
  const put = (path: string, entry: Entry): void => {
    for (let at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1)) {
      const folder = path.slice(0, at);
      if (!entries.has(folder)) entries.set(folder, { kind: 'folder', text: '', owner: 'root', group: 'root', mode: '755' });
    }
    entries.set(resolve(path), entry);
  };
  const write: HostInMemory['write'] = (path, text, attributes = {}) =>
    put(path, { kind: 'file', text, owner: 'root', group: 'root', mode: '644', ...attributes });
  const link: HostInMemory['link'] = (path, target) => put(path, { kind: 'link', text: target, owner: 'root', group: 'root', mode: '777' });

  const fileLines = (path: string, max: number): readonly string[] | null => {
    const entry = entries.get(resolve(path));
    if (entry === undefined) return null;
    const head = `${entry.mode} ${entry.owner} ${entry.group} ${Buffer.byteLength(entry.text)} 100.000000 ${KINDS[entry.kind]}`;
    if (entry.kind === 'link') return [head, entry.text];
    return entry.kind === 'file' && max > 0 ? [head, Buffer.from(entry.text).toString('base64')] : [head];
  };
  const namesIn = (folder: string): readonly string[] | null => {
    const real = resolve(folder);
    if (entries.get(real)?.kind !== 'folder') return null;
    return [...entries.keys()].filter((path) => posix.dirname(path) === real).map((path) => posix.basename(path));
  };
  const unitLines = (name: string): readonly string[] => {
    const path = `${UNITS}/${name}`;
    const unit = units.get(name);
    const dropIns = (namesIn(`${path}.d`) ?? []).map((one) => `${path}.d/${one}`);
    return [
      `Id=${name}`,
      `LoadState=${entries.has(path) || unit !== undefined ? 'loaded' : 'not-found'}`,
      `ActiveState=${unit?.active ?? 'inactive'}`,
      `UnitFileState=${unit?.enabled ?? (entries.has(path) ? 'disabled' : '')}`,
      `FragmentPath=${entries.has(path) ? path : ''}`,
      'NeedDaemonReload=no',
      'StateChangeTimestamp=Sun 2026-11-22 21:10:35.000000 UTC',
      `DropInPaths=${dropIns.join(' ')}`,
      '',
    ];
  };
  const read = (request: string): readonly string[] | null => {
    const [kind = '', a = '', ...rest] = request.split(' ');
    switch (kind) {
      case 'file':
        return fileLines(a, Number(rest[0]));
      case 'list':
        return namesIn(a);
      case 'user': {
        const user = users.get(a);
        return user === undefined ? null : [`${a}:x:990:990::${user.home}:/bin/sh`, user.groups.join(' ')];
      }
      case 'units':
        return [a, ...rest].flatMap(unitLines);
      case 'journal':
        return (logs.get(a) ?? []).map((text) => journalLine('program', text, { _SYSTEMD_INVOCATION_ID: RUN }));
      case 'packages': {
        const isThere = [a, ...rest].every((names) => names.split('|').some((name) => packages.has(name)));
        return [...[...packages].map((name) => `${name} 1 ii `), ...(isThere ? [] : ['--'])];
      }
      default:
        return answers.get(kind) ?? [];
    }
  };
  const { transport } = createFakeTransport((_argv, { stdin }) => {
    const records = String(stdin)
      .trim()
      .split('\n')
      .map((request) => {
        const lines = read(request);
        return `${RECORD_SEPARATOR}${request} ${lines === null ? 'absent' : 'ok'}\n${(lines ?? []).map((line) => `${line}\n`).join('')}`;
      });
    return { stdout: records.join('') };
  });

  const command = (given: readonly string[]): void => {
    const argv = given[0] === 'runuser' ? given.slice(given.indexOf('--') + 1) : given;
    const [program, verb = '', ...rest] = argv;
    const last = argv.at(-1) ?? '';
    const option = (name: string): string => argv[argv.indexOf(name) + 1] ?? '';
    if (program === 'useradd') users.set(last, { home: option('--home-dir'), groups: [last] });
    else if (program === 'gpasswd') users.get(rest[0] ?? '')?.groups.push(last);
    else if (program === 'ln') link(last, argv.at(-2) ?? '');
    else if (program === 'install') {
      put(last, { kind: 'folder', text: '', owner: option('-o'), group: option('-g'), mode: option('-m') });
    } else if (program === 'mkdir') put(last, { kind: 'folder', text: '', owner: 'invokeai', group: 'invokeai', mode: option('-m') });
    else if (program === 'chown' || program === 'chmod') {
      const entry = entries.get(last);
      const [owner = '', group = ''] = argv[program === 'chown' ? 2 : 1]?.split(':') ?? [];
      if (entry !== undefined) entries.set(last, program === 'chown' ? { ...entry, owner, group } : { ...entry, mode: owner });
    } else if (program === 'systemctl' && last !== 'daemon-reload') {
      const unit = units.get(last) ?? { active: 'inactive', enabled: 'disabled' };
      if (verb === 'enable' || verb === 'disable') unit.enabled = `${verb}d`;
      if (/^(?:re)?start$|^reload-or-restart$/.test(verb)) unit.active = 'active';
      if (unit.active === 'active') logs.delete(last);
      units.set(last, unit);
    } else if (program !== 'systemctl' && program !== 'nginx') throw new Error(`the host in memory has no ${argv.join(' ')}`);
  };
  const act = (action: Action): void => {
    if (action.kind === 'command') command(action.argv);
    else if (action.kind === 'remove') entries.delete(action.path);
    else if (action.kind === 'file') {
      const { path, text, owner, group, mode } = action.write;
      const present = entries.get(resolve(path));
      write(path, text, {
        owner: owner ?? present?.owner ?? 'root',
        group: group ?? present?.group ?? 'root',
        mode: mode ?? present?.mode ?? '644',
      });
    } else if (action.kind === 'long' && action.script === 'packages') {
      for (const name of action.args) packages.add(name);
      if (action.args.some((name) => name.startsWith('nginx'))) installNginx();
    } else if (action.kind === 'long' && action.script === 'environment') makeEnvironment(action.args);
  };
  const installNginx = (): void => {
    for (const [path, text] of Object.entries(NGINX_FILES)) write(path, text);
    link('/etc/nginx/sites-enabled/default', '/etc/nginx/sites-available/default');
    put('/etc/nginx/conf.d', { kind: 'folder', text: '', owner: 'root', group: 'root', mode: '755' });
    units.set('nginx.service', { active: 'active', enabled: 'enabled' });
  };
  const makeEnvironment = ([folder = '', , python = '', , torchIndex = '', mark = '', ...requirements]: readonly string[]): void => {
    const packagesFolder = `${folder}/lib/python${python.replace('/usr/bin/python', '')}/site-packages`;
    const build = torchIndex === '-' ? 'cu126' : (torchIndex.split('/').at(-1) ?? '');
    for (const requirement of requirements) {
      const [name = '', version = ''] = requirement.split('==');
      write(`${packagesFolder}/${name}-${version}.dist-info/METADATA`, '');
      if (name === 'torch') {
        const cuda = build.replace(/^cu(\d\d)(\d)$/, "'$1.$2'");
        write(`${packagesFolder}/torch/version.py`, `__version__ = '${version}+${build}'\ncuda: Optional[str] = ${cuda}\n`);
      }
      if (name === 'invokeai') write(`${folder}/bin/invokeai-web`, '#!/bin/sh\n', { mode: '755' });
    }
    write(`${folder}/.ada-panel`, mark);
  };

  const plan: HostInMemory['plan'] = (recipes, values = {}, alsoRead) => {
    const chosen = recipes.map(
      (recipe): ChosenRecipe => ({ recipe, values: completeValues(recipe, { ...WITHOUT_API[recipe.id], ...values[recipe.id] }) }),
    );
    const parts = {
      transport,
      programs: NO_PROGRAMS,
      shipped: { imagesShim: () => 'shim', imagesShimUnit: () => readFileSync(SHIM_UNIT_FILE, 'utf8') },
    };
    return makePlan(parts, chosen, { asRoot: true, ...(alsoRead === undefined ? {} : { alsoRead }) });
  };
  for (const [path, text] of Object.entries(system.files)) write(path, text);
  put('/var/log/journal', { kind: 'folder', text: '', owner: 'root', group: 'systemd-journal', mode: '2755' });
  return {
    entries,
    users,
    units,
    logs,
    answers,
    write,
    link,
    edit: (path, edit) => {
      const entry = entries.get(resolve(path));
      if (entry === undefined) throw new Error(`the host in memory has no ${path}`);
      entries.set(resolve(path), { ...entry, text: edit(entry.text) });
    },
    plan,
    apply: async (recipes, values) => {
      const made = await plan(recipes, values);
      for (const { id, verdict } of made.plan.steps) {
        if (verdict.state === 'change') for (const action of verdict.actions) act(action);
        else if (verdict.state !== 'ok') throw new Error(`${id} is ${verdict.state}: ${'reason' in verdict ? verdict.reason : ''}`);
      }
    },
  };
}

const WITHOUT_API: Readonly<Record<string, ParameterValues>> = { invokeai: { models: 'none' } };
/** Every address responds, and no API is there to be used. */
const NO_PROGRAMS: Programs = {
  probe: async () => null,
  gateway: () => NO_GATEWAY,
  client: () => {
    throw new Error('the host in memory has no API');
  },
};
