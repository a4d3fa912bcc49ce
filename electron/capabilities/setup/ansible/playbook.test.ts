import { unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseAnswers } from '../../../foundation/host-reader/answers.ts';
import { planSteps } from '../engine/plan.ts';
import type { Resource } from '../engine/resources.ts';
import { readHostFacts } from '../host-facts.ts';
import type { MadePlan } from '../planner.ts';
import type { Recipe } from '../recipe.ts';
import { makePlaybook } from './playbook.ts';
import { zipOf } from './zip.ts';

const place = { owner: 'root', group: 'root', mode: '644' };

function planOf(...resources: readonly Resource[]): MadePlan {
  const steps = resources.map((resource, index) => ({
    id: `tried/s${index}`,
    recipe: 'tried',
    step: { id: `s${index}`, title: `Step ${index}`, needs: [], resource },
  }));
  const recipe: Recipe = { id: 'tried', title: 'Tried', summary: '', parameters: [], guards: [], presence: 'os', steps: () => [] };
  const known = parseAnswers('\u001eos ok\nID=debian\nVERSION_ID="12"\nARCHITECTURE=x86_64\n');
  const answers = parseAnswers('');
  const plan = planSteps({ steps, guards: [], answers, probes: new Map() });
  return {
    plan,
    chosen: [{ recipe, values: {} }],
    facts: readHostFacts(known),
    known,
    answers,
    hostCommands: 2,
    elapsedMs: 1,
    asRoot: true,
  };
}

const siteOf = (...resources: readonly Resource[]): unknown => parse(makePlaybook(planOf(...resources), 'ada2').get('site.yml') ?? '')[0];

it('uses a module for every resource, and a handler for what a unit reads', () => {
  const site = siteOf(
    { kind: 'packages', names: ['nginx-light'] },
    { kind: 'file', path: '/etc/nginx/a.conf', ...place, content: { kind: 'text', text: 'x' } },
    {
      kind: 'unit',
      name: 'nginx.service',
      isEnabled: true,
      isActive: true,
      reads: ['/etc/nginx/a.conf'],
      onChange: 'reload',
      test: ['nginx', '-t'],
    },
    { kind: 'answer', url: 'http://127.0.0.1/', status: 200, json: true, withinS: 5 },
  );
  expect(site).toMatchObject({
    become: true,
    pre_tasks: [{ 'ansible.builtin.assert': { that: [expect.stringContaining("'debian'"), expect.any(String), expect.any(String)] } }],
    tasks: [
      { 'ansible.builtin.apt': { name: ['nginx-light'] } },
      { 'ansible.builtin.copy': { src: 'etc/nginx/a.conf', mode: '0644' }, notify: ['reload nginx.service'] },
      { 'ansible.builtin.meta': 'flush_handlers' },
      { 'ansible.builtin.systemd_service': { name: 'nginx.service', enabled: true, state: 'started' } },
      { 'ansible.builtin.uri': { status_code: 200 }, retries: 3 },
    ],
    handlers: [
      { listen: 'reload nginx.service', 'ansible.builtin.command': { argv: ['nginx', '-t'] } },
      { listen: 'reload nginx.service', 'ansible.builtin.systemd_service': { state: 'reloaded' } },
    ],
  });
});

it('takes whichever package of several is installed, and leaves the attributes of a present folder', () => {
  expect(
    siteOf({ kind: 'packages', names: ['git', 'a|b'] }, { kind: 'folder', path: '/etc/a', ...place, keepsAttributes: true }),
  ).toMatchObject({
    tasks: [
      { 'ansible.builtin.package_facts': {} },
      {
        'ansible.builtin.apt': {
          name: ['git', "{{ ['a', 'b'] | intersect(ansible_facts.packages.keys() | list) | first | default('a') }}"],
        },
      },
      { 'ansible.builtin.stat': { path: '/etc/a' } },
      { 'ansible.builtin.file': { state: 'directory', mode: "{{ omit if ada_tried_s1_present.stat.exists else '0644' }}" } },
    ],
  });
});

it('never holds a secret, but the name of a variable', () => {
  const secret = { kind: 'file', path: '/etc/a.env', ...place, content: { kind: 'secret', text: 'hf_s3cret' } } as const;
  const files = makePlaybook(planOf(secret), 'ada2');
  expect(JSON.stringify([...files])).not.toContain('s3cret');
  expect(siteOf(secret)).toMatchObject({ tasks: [{ 'ansible.builtin.copy': { content: '{{ ada_tried_s0_text }}' }, no_log: true }] });
  expect(files.get('README.md')).toContain('- `ada_tried_s0_text`');
});

it('keeps text that Jinja would evaluate, and copies what cannot be edited line by line', () => {
  const braces = { kind: 'edit', about: '', edit: () => 'key: {{ 1 + 1 }}\n' } as const;
  expect(siteOf({ kind: 'file', path: '/etc/a', ...place, content: braces })).toMatchObject({
    tasks: [{ loop: [{ line: '{% raw %}key: {{ 1 + 1 }}{% endraw %}' }] }],
  });
  const nested = { kind: 'file', path: '/etc/b', ...place, content: { kind: 'edit', about: '', edit: () => 'a:\n  b: 1\n' } } as const;
  const files = makePlaybook(planOf(nested), 'ada2');
  expect(files.get('files/etc/b')).toBe('a:\n  b: 1\n');
  expect(files.get('README.md')).toContain('/etc/b is copied as a whole');
});

it('is checked before it takes its place, and leaves attributes of a present file where the recipe does', () => {
  expect(
    siteOf({
      kind: 'file',
      path: '/etc/sudoers.d/a',
      ...place,
      check: 'visudo',
      keepsAttributes: true,
      content: { kind: 'text', text: 'x' },
    }),
  ).toMatchObject({
    tasks: [
      { 'ansible.builtin.stat': { path: '/etc/sudoers.d/a' } },
      {
        'ansible.builtin.copy': {
          validate: '/usr/sbin/visudo -cf %s',
          owner: "{{ omit if ada_tried_s0_present.stat.exists else 'root' }}",
        },
      },
    ],
  });
});

it('installs by uv only what its mark does not show', () => {
  const environment = {
    kind: 'environment',
    path: '/e',
    user: 'u',
    tool: '/opt/uv',
    python: '3.12',
    requirements: ['a==1'],
    index: 'http://10.0.0.1:8080/simple',
    torchIndex: null,
    downloadBytes: null,
  } as const;
  expect(siteOf(environment)).toMatchObject({
    tasks: [
      { 'ansible.builtin.slurp': { src: '/e/.ada-panel' } },
      { 'ansible.builtin.command': { creates: '/e/bin/python' }, environment: { UV_INSECURE_HOST: '10.0.0.1:8080' } },
      { become_user: 'u', when: expect.stringContaining('ada_tried_s0_mark.content') },
      { 'ansible.builtin.copy': { dest: '/e/.ada-panel', owner: 'u' } },
    ],
  });
});

it('is the same archive for the same playbook', () => {
  const made = planOf({ kind: 'packages', names: ['git'] });
  const zip = zipOf(makePlaybook(made, 'ada2'), 'ansible-tried');
  expect(zipOf(makePlaybook(made, 'ada2'), 'ansible-tried')).toEqual(zip);
  expect(Object.keys(unzipSync(zip)).sort()).toEqual(['ansible-tried/README.md', 'ansible-tried/ansible.cfg', 'ansible-tried/site.yml']);
});
