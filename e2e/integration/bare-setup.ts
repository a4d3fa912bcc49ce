import { expect } from 'vitest';
import type { SetupPlan, SetupRun } from '../../shared/capabilities/setup/contract.ts';
import { type BareHost, openBareHost } from '../host/bare-host.ts';
import { home, profile } from './hosts.ts';
import { online, openPanel, type PanelUnderTest, until } from './panel.ts';

/** A bare host, with a panel that sets it up. */
export interface BareSetup {
  readonly bare: BareHost;
  readonly panel: PanelUnderTest;
  /** Plans as root and applies; fails where a step is blocked, the run fails, or a second plan is not empty. */
  apply(...recipes: readonly string[]): Promise<SetupRun>;
  plan(...recipes: readonly string[]): Promise<SetupPlan>;
  /** A shell command on the host, as root; its output without blanks around it. */
  inside(command: string): Promise<string>;
  close(): Promise<void>;
}

export async function openBareSetup(): Promise<BareSetup> {
  const bare = await openBareHost();
  const { host } = bare;
  const panel = openPanel({
    ...home(host.hostName, host.port, host.hostKey()),
    profile: profile(host.hostName, host.port, host.user, host.keyFile),
    sudoPassword: host.password,
    gateway: null,
  });
  await online(panel);
  const plan = (...recipes: readonly string[]): Promise<SetupPlan> => panel.setup.plan(recipes, true);
  const ended = (): Promise<SetupRun> =>
    until(() => {
      const { run } = panel.setup.state();
      return run !== null && run.endedAt !== null && run.state !== 'running' ? run : null;
    }, 'the end of the run');
  return {
    bare,
    panel,
    plan,
    apply: async (...recipes) => {
      const shown = await plan(...recipes);
      expect(shown.steps.filter(({ state }) => state === 'blocked')).toEqual([]);
      panel.setup.apply(shown.id);
      const run = await ended();
      expect(run.error, run.output.join('\n')).toBeNull();
      const again = await plan(...recipes);
      expect(again.steps.filter(({ state }) => state !== 'ok')).toEqual([]);
      return run;
    },
    inside: async (command) => (await host.exec('sh', '-c', command)).trim(),
    close: async () => {
      panel.dispose();
      await bare.close();
    },
  };
}
