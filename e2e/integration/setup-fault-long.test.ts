import { describe, expect, it } from 'vitest';
import type { Resource } from '../../electron/capabilities/setup/engine/resources.ts';
import { whyNoRealHost } from '../host/image.ts';
import type { MirrorPart } from '../host/mirror/faults.ts';
import { until } from './panel.ts';
import { useFaultHost } from './setup-fault-host.ts';
import { type MortalSetup, newPanelData } from './setup-fault-panel.ts';
import { recipeOf, rootFile, step } from './setup-fault-recipes.ts';

describe.skipIf(whyNoRealHost() !== null)('a setup that is interrupted in a long step', () => {
  const { bare, environment, inside, leftovers, mortal, panel, reopenPanel } = useFaultHost();
  const failureOf = ({ setup }: MortalSetup) => setup.state().run?.error ?? null;

  const LONG: readonly {
    readonly title: string;
    readonly resource: () => Resource;
    readonly part: MirrorPart;
    readonly bytesPerSecond: number;
    /** The request that is met in the middle. */
    readonly request: RegExp;
  }[] = [
    {
      title: 'packages',
      resource: () => ({ kind: 'packages', names: ['git', 'python3-venv', 'acl', 'nginx-light|nginx-core'] }),
      part: 'apt',
      bytesPerSecond: 200_000,
      request: /\/apt\/git_/,
    },
    {
      title: 'an environment by venv',
      resource: () => environment('/opt/tried-uv', 'venv', 'uv==0.13.9'),
      part: 'pypi',
      bytesPerSecond: 500_000,
      request: /\/uv-0.13.9.*whl$/,
    },
    {
      title: 'an environment by uv',
      resource: () => environment('/home/panel/tried', '/opt/tried-uv/bin/uv', 'torch==2.7.1', 'panel'),
      part: 'pypi',
      bytesPerSecond: 100_000,
      request: /\/torch-2.7.1.*whl$/,
    },
    {
      title: 'a checkout',
      resource: () => ({
        kind: 'checkout',
        path: '/opt/tried-comfyui',
        repository: bare().mirror.comfyUiRepository,
        tag: 'v0.3.64',
        user: 'root',
      }),
      part: 'git',
      bytesPerSecond: 100,
      request: /POST .*git-upload-pack/,
    },
  ];

  it.each(LONG)('goes on with $title after a lost link, a killed sshd, the end of the panel, and a power cut', async (o) => {
    const { mirror, host } = bare();
    const recipe = recipeOf([step('long', o.resource()), step('after', rootFile('/etc/after', `${o.title}\n`))]);
    const data = newPanelData();
    const first = mortal(recipe, data);
    await mirror.fault({ kind: 'slow', bytesPerSecond: o.bytesPerSecond }, o.part);
    const before = mirror.requested.length;
    const requested = () => mirror.requested.slice(before).some((line) => o.request.test(line));
    await first.start();
    await until(requested, 'the download');
    const unit = await inside("systemctl list-units --plain --no-legend 'ada-panel-setup-*' | cut -d' ' -f1");
    const invocation = () => inside(`systemctl show -P InvocationID '${unit}'`);
    const started = await invocation();
    const stateIs = (setup: MortalSetup, state: string) => until(() => setup.setup.state().run?.state === state, state);

    // The cable also carries the mirror, so that only SSH is cut: its servers freeze.
    host.run('pkill', '-STOP', 'sshd');
    await stateIs(first, 'interrupted');
    expect(failureOf(first)).not.toBeNull();
    host.run('pkill', '-CONT', 'sshd');
    panel().connection.retryNow({ byOperator: false });
    await stateIs(first, 'running');
    expect(failureOf(first)).toBeNull();
    expect(await invocation()).toBe(started);

    host.killSshdChildren();
    await stateIs(first, 'interrupted');
    panel().connection.retryNow({ byOperator: false });
    await stateIs(first, 'running');
    expect(await invocation()).toBe(started);

    first.die();
    await reopenPanel();
    const second = mortal(recipe, data);
    const resumed = second.resume();
    await until(() => second.sent.some((line) => line.includes('ada-setup-follow')), 'the follower');
    expect(await invocation()).toBe(started);
    // Nothing was started twice: one unit, and one start in its journal.
    expect(await inside(`journalctl -q -o cat UNIT=${unit} --no-pager | grep -c '^Started '`)).toBe('1');
    expect(await inside("systemctl list-units --plain --no-legend 'ada-panel-setup-*' | wc -l")).toBe('1');

    const cut = host.cutPower();
    await stateIs(second, 'interrupted');
    await cut;
    await mirror.fault(null);
    panel().connection.retryNow({ byOperator: false });
    const run = await resumed;
    expect(run.error, run.output.join('\n')).toBeNull();
    expect(run.steps.map(({ state }) => state)).toEqual(['done', 'done']);
    expect(await second.left()).toEqual([]);
    expect(await leftovers()).toBe('');
    expect(await inside("dpkg --audit; systemctl list-units --all --plain --no-legend 'ada-panel-*'")).toBe('');
  });

  it('repairs packages whose installation the power cut in the middle', async () => {
    await inside('apt-get purge -qq -y nginx-light git >/dev/null 2>&1; apt-get autoremove -qq -y >/dev/null 2>&1; apt-get clean');
    const recipe = recipeOf([step('packages', { kind: 'packages', names: ['git', 'acl', 'nginx-light|nginx-core'] })]);
    const packages = mortal(recipe);
    await packages.start();
    await until(() => inside('ls /var/lib/dpkg/info/git.list 2>/dev/null || true').then((found) => found !== ''), 'dpkg unpacking git');
    const cut = bare().host.cutPower();
    await until(() => packages.setup.state().run?.state === 'interrupted', 'the cut');
    await cut;
    panel().connection.retryNow({ byOperator: false });
    const run = await packages.ended();
    expect(run.error, run.output.join('\n')).toBeNull();
    expect(await packages.left()).toEqual([]);
    expect(await inside('dpkg --audit; git --version; systemctl is-active nginx')).toMatch(/^git version [\d.]+\nactive$/);
  });
});
