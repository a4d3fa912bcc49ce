import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePlaybook } from '../../electron/capabilities/setup/ansible/playbook.ts';
import { writeNewFolder } from '../../electron/cli/new-folder.ts';
import { whyNoRealHost } from '../host/image.ts';
import { type AnsibleRun, ansiblePlaybook } from '../support/ansible.ts';
import { type BareSetup, openBareSetup } from './bare-setup.ts';

const RECIPES = ['least-privilege', 'invokeai', 'images-shim', 'nginx'];

describe.skipIf(whyNoRealHost() !== null)('an exported playbook on a bare host', () => {
  let setup: BareSetup;
  beforeAll(async () => {
    setup = await openBareSetup();
    const { pythonIndexUrl: index, torchIndexUrl } = setup.bare.mirror;
    setup.panel.setup.saveValues('invokeai', { index, torchIndex: torchIndexUrl('cu128'), models: 'none' });
  });
  afterAll(() => setup?.close());

  const exported = async (): Promise<string> => {
    const plan = await setup.plan(...RECIPES);
    const made = setup.panel.setup.planned(plan.id);
    if (made === null) throw new Error('no plan');
    const folder = mkdtempSync(join(tmpdir(), 'ada-playbook-'));
    writeNewFolder(folder, makePlaybook(made, 'Bare one'));
    return folder;
  };
  const play = (folder: string): Promise<AnsibleRun> => ansiblePlaybook(setup.bare.host, folder);

  it('reaches the state that the recipes reach, and changes nothing when it is run again', async () => {
    const folder = await exported();
    const first = await play(folder);
    expect(first, first.output).toMatchObject({ failed: 0, unreachable: 0 });
    expect(first.changed).toBeGreaterThan(8);
    const plan = await setup.plan(...RECIPES);
    expect(plan.steps.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(await setup.bare.host.exec('systemctl', 'is-active', 'invokeai.service')).toBe('active\n');
    expect(
      await setup.bare.host.exec('python3', '-c', 'import urllib.request as u; print(u.urlopen("http://127.0.0.1:7860/healthz").status)'),
    ).toBe('200\n');
    const second = await play(folder);
    expect(second, second.output).toMatchObject({ failed: 0, changed: 0 });
  });

  it('is the same when it is exported from the host that is set up, and restarts the service of a changed file', async () => {
    const folder = await exported();
    setup.bare.host.run('sh', '-c', 'sed -i s/^port:.*/port:\\ 9191/ /var/lib/invokeai/invokeai.yaml');
    const before = setup.bare.host.run('systemctl', 'show', '-P', 'MainPID', 'invokeai.service');
    const run = await play(folder);
    expect(run.output).toContain('Restart invokeai.service');
    expect(setup.bare.host.run('systemctl', 'show', '-P', 'MainPID', 'invokeai.service')).not.toBe(before);
    expect((await setup.plan(...RECIPES)).changes).toBe(0);
  });

  it('leaves a sudo rule that visudo rejects', async () => {
    const folder = await exported();
    writeFileSync(join(folder, 'files', 'etc', 'sudoers.d', 'ada-panel'), 'panel ALL=(root NOPASSWD\n');
    const run = await play(folder);
    expect(run.failed).toBe(1);
    expect(run.output).toContain('failed to validate');
    expect((await setup.plan(...RECIPES)).changes).toBe(0);
  });
});
