import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SetupRun } from '../../shared/capabilities/setup/contract.ts';
import { type BareHost, openBareHost } from '../host/bare-host.ts';
import { whyNoRealHost } from '../host/image.ts';
import { home, profile } from './hosts.ts';
import { online, openPanel, type PanelUnderTest, until } from './panel.ts';

describe.skipIf(whyNoRealHost() !== null)('the recipes on a bare host', () => {
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
  });
  afterAll(async () => {
    panel?.dispose();
    await bare?.close();
  });

  const ended = (): Promise<SetupRun> =>
    until(() => {
      const { run } = panel.setup.state();
      return run !== null && run.endedAt !== null && run.state !== 'running' ? run : null;
    }, 'the end of the run');
  const apply = async (...recipes: readonly string[]): Promise<SetupRun> => {
    const plan = await panel.setup.plan(recipes, true);
    expect(plan.steps.filter(({ state }) => state === 'blocked')).toEqual([]);
    panel.setup.apply(plan.id);
    const run = await ended();
    expect(run.error, run.output.join('\n')).toBeNull();
    return run;
  };

  const SETS = ['least-privilege', 'invokeai', 'images-shim', 'nginx'];
  const inside = async (command: string): Promise<string> => (await bare.host.exec('sh', '-c', command)).trim();

  it('serves the Images API from a bare host, and has nothing to do afterwards', async () => {
    panel.setup.saveValues('invokeai', { index: bare.mirror.pythonIndexUrl, torchIndex: bare.mirror.torchIndexUrl('cu128') });
    const run = await apply(...SETS);
    expect(run.steps.every(({ state }) => state === 'done')).toBe(true);
    expect(await inside("ss -Hltn | awk '{print $4}' | grep -e :7860 -e :909")).toBe('0.0.0.0:7860\n127.0.0.1:9091\n127.0.0.1:9090');
    expect(await inside('id -nG panel; sudo -l -U panel | grep -c systemctl')).toMatch(/systemd-journal\n[1-9]/);
    expect(
      await inside('systemctl --failed --no-legend; ls -A /var/lib/ada-panel/guards /run/ada-panel-setup.lock 2>/dev/null || true'),
    ).toBe('/var/lib/ada-panel/guards:');
    const again = await panel.setup.plan(SETS, true);
    expect(again.steps.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(panel.setup.state().recipes.map(({ id, standing }) => [id, standing?.state])).toContainEqual(['invokeai', 'up-to-date']);
  });
});
