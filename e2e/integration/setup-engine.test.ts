import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { actionKeys } from '../../electron/capabilities/setup/engine/plan.ts';
import type { Guard, Step } from '../../electron/capabilities/setup/engine/resources.ts';
import { executePlan } from '../../electron/capabilities/setup/execute.ts';
import { type MadePlan, makePlan } from '../../electron/capabilities/setup/planner.ts';
import { createPrograms } from '../../electron/capabilities/setup/programs.ts';
import type { Recipe } from '../../electron/capabilities/setup/recipe.ts';
import { shippedFromCheckout } from '../support/shipped.ts';
import { HOSTS } from './hosts.ts';
import { until } from './panel.ts';
import { useHost } from './use-host.ts';

const GUARD: Guard = { id: 'tried', seconds: 300, units: [{ name: 'tried.service', verb: 'restart' }] };
const recipeOf = (steps: readonly Step[], guards: readonly Guard[] = []): Recipe => ({
  id: 'tried',
  title: 'Tried',
  summary: '',
  parameters: [],
  presence: 'file /etc/hostname 0',
  guards,
  steps: () => steps,
});
const UNIT_FILE = '/etc/systemd/system/tried.service';
const WORDS = '/var/lib/tried/words.txt';
const unitText = (program: string): string => `[Service]\nUser=tried\nExecStart=${program}\n[Install]\nWantedBy=multi-user.target\n`;
const SERVER = '/usr/bin/python3 -m http.server 8099 --directory /var/lib/tried';

/** A user, its folder and file, and a service of it behind a guard. */
const service = (o: { readonly words: string; readonly program: string; readonly withinS: number }): Recipe =>
  recipeOf(
    [
      step('user', { kind: 'user', name: 'tried', home: '/var/lib/tried', shell: '/usr/sbin/nologin' }),
      step('folder', { kind: 'folder', path: '/var/lib/tried', owner: 'tried', group: 'tried', mode: '750' }),
      step('words', {
        kind: 'file',
        path: WORDS,
        owner: 'tried',
        group: 'tried',
        mode: '640',
        as: 'tried',
        content: { kind: 'text', text: o.words },
      }),
      {
        ...step('unit-file', {
          kind: 'file',
          path: UNIT_FILE,
          owner: 'root',
          group: 'root',
          mode: '644',
          check: 'unit',
          content: { kind: 'text', text: unitText(o.program) },
        }),
        guard: GUARD.id,
      },
      {
        ...step('unit', {
          kind: 'unit',
          name: 'tried.service',
          isEnabled: true,
          isActive: true,
          reads: [UNIT_FILE, WORDS],
          onChange: 'restart',
        }),
        guard: GUARD.id,
      },
      {
        ...step('answer', { kind: 'answer', url: 'http://127.0.0.1:8099/', status: 200, json: false, withinS: o.withinS }),
        needs: ['unit'],
        guard: GUARD.id,
      },
    ],
    [GUARD],
  );

const step = (id: string, resource: Step['resource']): Step => ({ id, title: id, needs: [], resource });

describe.each(HOSTS)('the setup engine (%s)', (kind) => {
  const { host, panel } = useHost(kind);

  /** What a command of root prints, with its errors. */
  const asRoot = async (argv: readonly string[], stdin?: string): Promise<string> => {
    const sudo = { purpose: 'look at the host' };
    const result = await panel().connection.exec(argv, { sudo, ...(stdin === undefined ? {} : { stdin }) });
    return result.stdout + result.stderr;
  };
  const setUpUnits = async (): Promise<string> => (await asRoot(['ls', '/etc/systemd/system'])).replaceAll(/^(?!ada-panel).*\n/gm, '');
  const plan = (recipe: Recipe): Promise<MadePlan> =>
    makePlan(
      { transport: panel().connection, programs: createPrograms(panel().connection), shipped: shippedFromCheckout },
      [{ recipe, values: {} }],
      { asRoot: true },
    );
  const apply = async (recipe: Recipe, shown: MadePlan): Promise<readonly string[]> => {
    const done: string[] = [];
    await executePlan({
      transport: panel().connection,
      programs: createPrograms(panel().connection),
      shipped: shippedFromCheckout,
      chosen: [{ recipe, values: {} }],
      shownKeys: new Set(shown.plan.steps.flatMap(({ verdict }) => actionKeys(verdict))),
      token: randomBytes(4).toString('hex'),
      holder: 'a test',
      signal: new AbortController().signal,
      now: Date.now,
      observer: { onStep: (id, state) => void (state === 'done' && done.push(id)) },
      onLines: () => {},
    });
    return done;
  };
  const stateOf = async (path: string): Promise<string> => (await asRoot(['stat', '-c', '%U:%G %a', path])) + (await asRoot(['cat', path]));

  it('makes a user, folders, files and a service; a second plan is empty', async () => {
    const recipe = service({ words: 'one\n\u001e\ntwo', program: SERVER, withinS: 60 });
    const before = await plan(recipe);
    expect(before.plan.changes).toBe(6);
    expect(await asRoot(['id', 'tried'])).toContain('no such user');
    expect(await asRoot(['ls', UNIT_FILE])).toContain('No such file');
    expect(await apply(recipe, before)).toHaveLength(6);
    expect(await stateOf(WORDS)).toBe('tried:tried 640\none\n\u001e\ntwo');
    expect((await plan(recipe)).plan.changes).toBe(0);
    expect(await asRoot(['ls', '-A', '/var/lib/ada-panel/guards'])).toBe('');
    expect(await setUpUnits()).toBe('');
    expect(await asRoot(['ls', '/run/ada-panel-setup.lock'])).toContain('No such file');
    // The lab keeps its timers outside of systemctl.
    expect(host().real?.run('systemctl', 'list-timers', '--all', '--no-legend', 'ada-panel*') ?? '').toBe('');
  });

  it('restarts the service of a changed file, also when the change came from elsewhere', async () => {
    const recipe = service({ words: 'three\n', program: SERVER, withinS: 60 });
    const changed = await plan(recipe);
    expect(changed.plan.steps.filter(({ verdict }) => verdict.state === 'change').map(({ step: { id } }) => id)).toEqual([
      'words',
      'unit',
      'answer',
    ]);
    const firstPid = await asRoot(['systemctl', 'show', '-p', 'MainPID', '--value', 'tried.service']);
    await apply(recipe, changed);
    const secondPid = await asRoot(['systemctl', 'show', '-p', 'MainPID', '--value', 'tried.service']);
    expect(secondPid).not.toBe(firstPid);
    expect(await asRoot(['ls', '/var/lib/tried'])).toMatch(/words\.txt\.ada-\d{8}T\d{6}Z\.bak/);
    await asRoot(['touch', WORDS]);
    expect((await plan(recipe)).plan.steps.find(({ step: { id } }) => id === 'unit')?.verdict.state).toBe('change');
    await asRoot(['systemctl', 'restart', 'tried.service']);
    expect((await plan(recipe)).plan.changes).toBe(0);
  });

  it('stops before anything is done when the host changed since the plan was shown', async () => {
    const recipe = service({ words: 'four\n', program: SERVER, withinS: 60 });
    const shown = await plan(recipe);
    await asRoot(['tee', '-a', WORDS], 'of another hand\n');
    await expect(apply(recipe, shown)).rejects.toMatchObject({ panelError: { code: 'setup-changed' } });
    expect(await stateOf(WORDS)).toBe('tried:tried 640\nthree\nof another hand\n');
  });

  it('puts the old service back when the new one does not respond, with the reason from its log', async () => {
    const recipe = service({ words: 'five\n', program: '/bin/sh -c "echo the model is missing; exec sleep infinity"', withinS: 1 });
    const shown = await plan(recipe);
    await expect(apply(recipe, shown)).rejects.toMatchObject({
      panelError: { code: 'setup-no-answer', detail: expect.stringContaining('the model is missing') },
    });
    expect(await asRoot(['cat', UNIT_FILE])).toBe(unitText(SERVER));
    await until(
      async () => (await createPrograms(panel().connection).probe('http://127.0.0.1:8099/', { status: 200, json: false })) === null,
      'the old one',
    );
    expect(await asRoot(['ls', '-A', '/var/lib/ada-panel/guards'])).toBe('');
    expect(await setUpUnits()).toBe('');
  });

  it('never writes a unit that systemd rejects, nor through a link, nor into a folder of others', async () => {
    const bad = recipeOf([
      step('unit', {
        kind: 'file',
        path: '/etc/systemd/system/other.service',
        owner: 'root',
        group: 'root',
        mode: '644',
        check: 'unit',
        content: { kind: 'text', text: '[Service]\nExecStart=/nowhere/program\n' },
      }),
    ]);
    await expect(apply(bad, await plan(bad))).rejects.toMatchObject({ panelError: { code: 'setup-step-failed' } });
    expect(await asRoot(['ls', '/etc/systemd/system'])).not.toContain('other.service');
    await asRoot(['ln', '-sfT', '/etc/hostname', '/etc/ada-link']);
    const file = (path: string): Recipe =>
      recipeOf([step('file', { kind: 'file', path, owner: 'root', group: 'root', mode: '644', content: { kind: 'text', text: 'x' } })]);
    expect((await plan(file('/etc/ada-link'))).plan.steps[0]?.verdict).toMatchObject({ state: 'blocked' });
    await expect(apply(file('/tmp/shared'), await plan(file('/tmp/shared')))).rejects.toMatchObject({
      panelError: { code: 'setup-step-failed' },
    });
    expect(await asRoot(['ls', '-A', '/tmp'])).not.toMatch(/shared|ada-panel/);
  });

  it('lets one setup at a time, and names the holder', async () => {
    await asRoot(['tee', '/run/ada-panel-setup.lock'], 'other\nanna on laptop since noon: InvokeAI\n');
    const recipe = service({ words: 'six\n', program: SERVER, withinS: 60 });
    await expect(apply(recipe, await plan(recipe))).rejects.toMatchObject({
      panelError: { code: 'setup-locked', message: expect.stringContaining('anna on laptop') },
    });
    await asRoot(['touch', '-d', '-20 min', '/run/ada-panel-setup.lock']);
    await apply(recipe, await plan(recipe));
  });
});
