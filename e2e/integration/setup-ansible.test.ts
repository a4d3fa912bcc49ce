import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePlaybook } from '../../electron/capabilities/setup/ansible/playbook.ts';
import { writeNewFolder } from '../../electron/cli/new-folder.ts';
import { type BareHost, openBareHost } from '../host/bare-host.ts';
import { whyNoRealHost } from '../host/image.ts';
import { type AnsibleRun, ansiblePlaybook } from '../support/ansible.ts';
import { home, profile } from './hosts.ts';
import { online, openPanel, type PanelUnderTest } from './panel.ts';

const RECIPES = ['least-privilege', 'invokeai', 'images-shim', 'nginx'];

describe.skipIf(whyNoRealHost() !== null)('an exported playbook on a bare host', () => {
  let bare: BareHost;
  let panel: PanelUnderTest;
  beforeAll(async () => {
    bare = await openBareHost();
    const { host } = bare;
    panel = openPanel({
      ...home(host.hostName, host.port, host.hostKey()),
      profile: profile(host.hostName, host.port, host.user, host.keyFile),
      sudoPassword: host.password,
      gateway: null,
    });
    await online(panel);
    panel.setup.saveValues('invokeai', {
      index: bare.mirror.pythonIndexUrl,
      torchIndex: bare.mirror.torchIndexUrl('cu128'),
      models: 'none',
    });
  });
  afterAll(async () => {
    panel?.dispose();
    await bare?.close();
  });

  const exported = async (): Promise<string> => {
    const plan = await panel.setup.plan(RECIPES, true);
    const made = panel.setup.planned(plan.id);
    if (made === null) throw new Error('no plan');
    const folder = mkdtempSync(join(tmpdir(), 'ada-playbook-'));
    writeNewFolder(folder, makePlaybook(made, 'Bare one'));
    return folder;
  };
  const play = (folder: string): Promise<AnsibleRun> => ansiblePlaybook(bare.host, folder);

  it('reaches the state that the recipes reach, and changes nothing when it is run again', async () => {
    const folder = await exported();
    const first = await play(folder);
    expect(first, first.output).toMatchObject({ failed: 0, unreachable: 0 });
    expect(first.changed).toBeGreaterThan(8);
    const plan = await panel.setup.plan(RECIPES, true);
    expect(plan.steps.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(await bare.host.exec('systemctl', 'is-active', 'invokeai.service')).toBe('active\n');
    expect(
      await bare.host.exec('python3', '-c', 'import urllib.request as u; print(u.urlopen("http://127.0.0.1:7860/healthz").status)'),
    ).toBe('200\n');
    const second = await play(folder);
    expect(second, second.output).toMatchObject({ failed: 0, changed: 0 });
  });

  it('is the same when it is exported from the host that is set up, and restarts the service of a changed file', async () => {
    const folder = await exported();
    bare.host.run('sh', '-c', 'sed -i s/^port:.*/port:\\ 9191/ /var/lib/invokeai/invokeai.yaml');
    const before = bare.host.run('systemctl', 'show', '-P', 'MainPID', 'invokeai.service');
    const run = await play(folder);
    expect(run.output).toContain('Restart invokeai.service');
    expect(bare.host.run('systemctl', 'show', '-P', 'MainPID', 'invokeai.service')).not.toBe(before);
    expect((await panel.setup.plan(RECIPES, true)).changes).toBe(0);
  });

  it('leaves a sudo rule that visudo rejects', async () => {
    const folder = await exported();
    writeFileSync(join(folder, 'files', 'etc', 'sudoers.d', 'ada-panel'), 'panel ALL=(root NOPASSWD\n');
    const run = await play(folder);
    expect(run.failed).toBe(1);
    expect(run.output).toContain('failed to validate');
    expect((await panel.setup.plan(RECIPES, true)).changes).toBe(0);
  });
});
