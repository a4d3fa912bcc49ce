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

  it('installs InvokeAI, and has nothing to do afterwards', async () => {
    panel.setup.saveValues('invokeai', { index: bare.mirror.pythonIndexUrl, torchIndex: bare.mirror.torchIndexUrl('cu128') });
    await apply('invokeai');
    const again = await panel.setup.plan(['invokeai'], true);
    expect(again.steps.filter(({ state }) => state !== 'ok')).toEqual([]);
  });
});
