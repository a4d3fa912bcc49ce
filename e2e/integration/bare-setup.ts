import { decode } from 'fast-png';
import { expect } from 'vitest';
import { z } from 'zod';
import { createJsonClient } from '../../electron/capabilities/backends/json-client.ts';
import type { SetupPlan, SetupRun } from '../../shared/capabilities/setup/contract.ts';
import { type BareHost, openBareHost } from '../host/bare-host.ts';
import type { HostRelease } from '../host/image.ts';
import { home, profile } from './hosts.ts';
import { online, openPanel, type PanelUnderTest, until } from './panel.ts';

/** A run installs whole programs, on a machine that may be busy. */
const RUN_LIMIT_MS = 450_000;

/** A bare host, with a panel that sets it up. */
export interface BareSetup {
  readonly bare: BareHost;
  readonly panel: PanelUnderTest;
  /** Plans as root and applies; fails where a step is blocked, the run fails, or a second plan is not empty. */
  apply(...recipes: readonly string[]): Promise<SetupRun>;
  plan(...recipes: readonly string[]): Promise<SetupPlan>;
  /** The end of the run in progress. */
  ended(): Promise<SetupRun>;
  /** The JSON that nginx on port 7860 responds with. */
  request(path: string, body?: unknown): Promise<unknown>;
  /** Width and height of an image that is made through nginx and the shim. */
  image(size: number): Promise<{ readonly width: number; readonly height: number }>;
  /** A shell command on the host, as root; its output without blanks around it. */
  inside(command: string): Promise<string>;
  close(): Promise<void>;
}

/** A connected panel that knows sudo's password on a bare host. */
export async function openBarePanel({ host }: BareHost): Promise<PanelUnderTest> {
  const panel = openPanel({
    ...home(host.hostName, host.port, host.hostKey()),
    profile: profile(host.hostName, host.port, host.user, host.keyFile),
    sudoPassword: host.password,
    gateway: null,
  });
  await online(panel);
  return panel;
}

/** `prepare` changes the host before the panel sees it. */
export async function openBareSetup(
  prepare: (bare: BareHost) => Promise<void> = async () => {},
  release: HostRelease = 'bookworm',
): Promise<BareSetup> {
  const bare = await openBareHost(release);
  await prepare(bare);
  const { host } = bare;
  const panel = await openBarePanel(bare);
  const plan = (...recipes: readonly string[]): Promise<SetupPlan> => panel.setup.plan(recipes, true);
  const ended = (): Promise<SetupRun> =>
    until(
      () => {
        const { run } = panel.setup.state();
        return run !== null && run.endedAt !== null && run.state !== 'running' ? run : null;
      },
      'the end of the run',
      RUN_LIMIT_MS,
    );
  const request = (path: string, body?: unknown): Promise<unknown> => {
    const peer = { code: 'nginx', layer: 'backend', name: 'nginx' } as const;
    const client = createJsonClient({ peer, port: 7860, agent: panel.connection.httpAgent() });
    return client.json({ path, timeoutMs: 120_000, ...(body === undefined ? {} : { method: 'POST', body }) }).finally(() => client.close());
  };
  return {
    bare,
    panel,
    plan,
    ended,
    request,
    image: async (size) => {
      const wanted = { prompt: 'a red apple', size: `${size}x${size}`, response_format: 'b64_json', n: 1, steps: 2 };
      const [first] = z
        .object({ data: z.array(z.object({ b64_json: z.string() })) })
        .parse(await request('/v1/images/generations', wanted)).data;
      const { width, height } = decode(Buffer.from(first?.b64_json ?? '', 'base64'));
      return { width, height };
    },
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
