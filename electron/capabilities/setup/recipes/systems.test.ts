import { describe, expect, it } from 'vitest';
import { SUDOERS_PATH } from '../../../../shared/host-scripts/sudoers.ts';
import { readUnit, unitValues } from '../files/unit-file.ts';
import type { ParameterValues, Recipe } from '../recipe.ts';
import { createHostInMemory, type HostInMemory } from '../testing/host-in-memory.ts';
import {
  DEBIAN_12,
  DEBIAN_13,
  type HostSystem,
  NGINX_FILES,
  NGINX_ORG_FILES,
  UBUNTU_22_04,
  UBUNTU_24_04,
  UBUNTU_25_10,
} from '../testing/systems.ts';
import { COMFYUI } from './comfyui.ts';
import { IMAGES_SHIM } from './images-shim.ts';
import { INVOKEAI } from './invokeai.ts';
import { LEAST_PRIVILEGE } from './least-privilege.ts';
import { NETWORK } from './network.ts';
import { NGINX } from './nginx.ts';

type Values = Readonly<Record<string, ParameterValues>>;

const SETS = [LEAST_PRIVILEGE, NETWORK, INVOKEAI, IMAGES_SHIM, NGINX];
const VALUES: Values = { network: { proxy: 'http://proxy:3128' } };
const UV = '/opt/ada-panel-uv/bin/uv';
const UNITS = ['invokeai.service', 'invokeai-openai-images-shim.service'].map((name) => `/etc/systemd/system/${name}`);

const reasons = async (host: HostInMemory, recipes: readonly Recipe[], values: Values = {}) =>
  (await host.plan(recipes, values)).plan.steps.flatMap(({ verdict }) => (verdict.state === 'blocked' ? [verdict.reason] : []));

/** The words of the long steps of a plan: packages that are installed, or an environment by tool and Python. */
async function longSteps(host: HostInMemory, recipes: readonly Recipe[], values: Values = {}) {
  const { plan } = await host.plan(recipes, values);
  return plan.steps.flatMap(({ id, verdict }) => {
    const [action] = verdict.state === 'change' ? verdict.actions : [];
    if (action?.kind !== 'long') return [];
    return [`${id}: ${(action.script === 'environment' ? action.args.slice(1, 3) : action.args).join(' ')}`];
  });
}

interface Expected {
  readonly name: string;
  readonly system: HostSystem;
  readonly glib: readonly string[];
  readonly git: readonly string[];
  /** Of the environment of each program. */
  readonly invokeAi: string;
  readonly comfyUi: string;
}

const SYSTEMS: readonly Expected[] = [
  {
    name: 'Debian 12',
    system: DEBIAN_12,
    glib: ['libglib2.0-0'],
    git: ['git'],
    invokeAi: '/usr/bin/python3.11',
    comfyUi: '/usr/bin/python3.11',
  },
  { name: 'Debian 13', system: DEBIAN_13, glib: ['libglib2.0-0t64'], git: ['git'], invokeAi: '3.12', comfyUi: '/usr/bin/python3.13' },
  { name: 'Ubuntu 22.04', system: UBUNTU_22_04, glib: [], git: [], invokeAi: '3.12', comfyUi: '/usr/bin/python3.10' },
  { name: 'Ubuntu 24.04', system: UBUNTU_24_04, glib: [], git: [], invokeAi: '/usr/bin/python3.12', comfyUi: '/usr/bin/python3.12' },
  { name: 'Ubuntu 25.10', system: UBUNTU_25_10, glib: [], git: [], invokeAi: '3.12', comfyUi: '/usr/bin/python3.13' },
];

describe.each(SYSTEMS)('$name', ({ system, glib, git, invokeAi, comfyUi }) => {
  it('gets a Python that fits each program, and packages by the names that it knows', async () => {
    const host = createHostInMemory(system);
    const python = ['python3-venv', 'libgl1', ...glib].join(' ');
    expect(await longSteps(host, SETS, VALUES)).toEqual([
      `invokeai/packages: ${python}`,
      'invokeai/uv: venv /usr/bin/python3',
      `invokeai/environment: ${UV} ${invokeAi}`,
      'images-shim/node: nodejs',
      'nginx/package: nginx-light',
    ]);
    expect(await longSteps(host, [COMFYUI])).toContain(`comfyui/environment: ${UV} ${comfyUi}`);
    expect(await longSteps(host, [COMFYUI])).toContain(`comfyui/packages: ${[...git, python].join(' ')}`);
  });

  it('is set up in one run, with nothing left to do and without its default site', async () => {
    const host = createHostInMemory(system);
    await host.apply(SETS, VALUES);
    const { plan } = await host.plan(SETS, VALUES);
    expect(plan.steps.filter(({ verdict, step }) => verdict.state !== 'ok' && step.resource.kind !== 'answer')).toEqual([]);
    expect(host.entries.has('/etc/nginx/sites-enabled/default')).toBe(false);
    expect(host.entries.has('/etc/nginx/sites-enabled/ada-images')).toBe(true);
    expect(host.entries.get('/etc/apt/apt.conf.d/60ada-panel')?.text).toContain('http://proxy:3128');
    expect(host.entries.get(SUDOERS_PATH)?.text).toContain('panel ALL=(root) NOPASSWD: ADA_PANEL');
  });

  it('runs units that AppArmor leaves alone: namespaces are made by systemd, as root, and by no process in them', async () => {
    const host = createHostInMemory(system);
    await host.apply(SETS, VALUES);
    for (const path of UNITS) {
      const unit = readUnit(host.entries.get(path)?.text ?? '');
      const values = (key: string) => unitValues(unit, 'Service', key);
      expect(values('RestrictNamespaces'), path).toEqual(['true']);
      expect(values('AppArmorProfile'), path).toEqual([]);
      // An unprivileged parent would have to make them.
      expect(values('ExecStart').join(' '), path).not.toMatch(/unshare|bwrap/);
    }
    expect([...host.entries.keys()].filter((path) => path.startsWith('/etc/apparmor'))).toEqual([]);
  });

  it('keeps an nginx that is there, and turns its default site off', async () => {
    const host = createHostInMemory({ ...system, packages: [...system.packages, 'nginx-core'] });
    for (const [path, text] of Object.entries(NGINX_FILES)) host.write(path, text);
    host.link('/etc/nginx/sites-enabled/default', '/etc/nginx/sites-available/default');
    host.units.set('nginx.service', { active: 'active', enabled: 'enabled' });
    expect(await longSteps(host, [NGINX])).toEqual([]);
    await host.apply([NGINX]);
    expect(host.entries.has('/etc/nginx/sites-enabled/default')).toBe(false);
  });
});

it('writes the rule for sudo-rs on Ubuntu 25.10', async () => {
  const odd: Values = { 'least-privilege': { units: 'my\\x2dodd.service' } };
  const ruleOn = async (system: HostSystem) => {
    const host = createHostInMemory(system);
    await host.apply([LEAST_PRIVILEGE], odd);
    return host.entries.get(SUDOERS_PATH)?.text;
  };
  expect(await ruleOn(UBUNTU_24_04)).toContain('restart my\\\\\\\\x2dodd.service');
  expect(await ruleOn(UBUNTU_25_10)).toContain('restart my\\\\x2dodd.service');
});

it('makes environments by venv only with an interpreter of the system, for which pip is a package of its own', async () => {
  const byVenv: Values = { invokeai: { tool: 'venv' }, comfyui: { tool: 'venv' } };
  const without = ['The system has no Python from 3.11 to 3.12.'];
  expect(await reasons(createHostInMemory(UBUNTU_22_04), [INVOKEAI], byVenv)).toEqual(without);
  expect(await reasons(createHostInMemory(DEBIAN_13), [INVOKEAI], byVenv)).toEqual(without);
  expect(await reasons(createHostInMemory(UBUNTU_22_04), [COMFYUI], byVenv)).toEqual([]);
  expect(await longSteps(createHostInMemory(UBUNTU_24_04), [INVOKEAI], byVenv)).toEqual([
    'invokeai/packages: python3-venv libgl1',
    'invokeai/environment: venv /usr/bin/python3.12',
  ]);
  const other = createHostInMemory({ ...UBUNTU_22_04, pythons: ['python3.11 3.11.0', ...UBUNTU_22_04.pythons] });
  expect(await longSteps(other, [INVOKEAI], byVenv)).toEqual([
    'invokeai/packages: python3-venv python3.11-venv libgl1',
    'invokeai/environment: venv /usr/bin/python3.11',
  ]);
});

it('has uv download its Python from a mirror that is named', async () => {
  const host = createHostInMemory(UBUNTU_22_04);
  await host.apply([NETWORK], { network: { pythonMirror: 'http://mirror/python' } });
  expect(host.entries.get('/etc/ada-panel/network.env')?.text).toContain('\nUV_PYTHON_INSTALL_MIRROR=http://mirror/python\n');
});

it.each<[string, string, string]>([
  ['Ubuntu 20.04', 'ubuntu', '20.04'],
  ['Debian 11', 'debian', '11'],
  ['Fedora 42', 'fedora', '42'],
])('names %s as a system that the recipes are not made for', async (name, id, release) => {
  const osRelease = [`PRETTY_NAME="${name}"`, `VERSION_ID="${release}"`, `ID=${id}`];
  const host = createHostInMemory({ ...DEBIAN_12, osRelease });
  expect(await reasons(host, [INVOKEAI])).toEqual([`The host runs ${name} on x86_64.`]);
  expect(await reasons(host, [COMFYUI])).toEqual([`The host runs ${name} on x86_64.`]);
});

it('takes a Debian without a number for a coming one', async () => {
  const osRelease = ['PRETTY_NAME="Debian GNU/Linux sid"', 'ID=debian'];
  const host = createHostInMemory({ ...DEBIAN_13, osRelease });
  expect(await reasons(host, [INVOKEAI])).toEqual([]);
  expect(await longSteps(host, [INVOKEAI])).toContain('invokeai/packages: python3-venv libgl1 libglib2.0-0t64');
});

it('is blocked by the nginx of nginx.org, which would never read the site', async () => {
  const host = createHostInMemory({ ...UBUNTU_24_04, packages: ['nginx'] });
  for (const [path, text] of Object.entries(NGINX_ORG_FILES)) host.write(path, text);
  host.units.set('nginx.service', { active: 'active', enabled: 'enabled' });
  expect(await reasons(host, [NGINX])).toEqual([
    '/etc/nginx/nginx.conf does not include /etc/nginx/sites-enabled/*, as the nginx of nginx.org does not.',
  ]);
  host.edit('/etc/nginx/nginx.conf', (text) => text.replace('conf.d/*.conf;', 'conf.d/*.conf;\n  include sites-enabled/*;'));
  expect(await reasons(host, [NGINX])).toEqual([]);
});
