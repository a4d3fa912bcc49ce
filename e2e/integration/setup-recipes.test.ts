import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createJsonClient } from '../../electron/capabilities/backends/json-client.ts';
import { memberOf } from '../../electron/capabilities/setup/api/operation.ts';
import type { SetupRun } from '../../shared/capabilities/setup/contract.ts';
import { type BareHost, fileList, openBareHost } from '../host/bare-host.ts';
import { whyNoRealHost } from '../host/image.ts';
import { home, profile } from './hosts.ts';
import { online, openPanel, type PanelUnderTest, until } from './panel.ts';

describe.skipIf(whyNoRealHost() !== null)('the recipes on a bare host', () => {
  let bare: BareHost;
  let panel: PanelUnderTest;
  let before: readonly string[] = [];
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

  const SETS = ['least-privilege', 'network', 'invokeai', 'images-shim', 'nginx'];
  const port = (path: string, body?: unknown) => {
    const client = createJsonClient({
      peer: { code: 'nginx', layer: 'backend', name: 'nginx' },
      port: 7860,
      agent: panel.connection.httpAgent(),
    });
    return client.json({ path, timeoutMs: 120_000, ...(body === undefined ? {} : { method: 'POST', body }) }).finally(() => client.close());
  };
  const version = async () => memberOf(await port('/api/v1/app/version'), 'version');
  /** Width and height of an image that is made through nginx and the shim. */
  const image = async (size: number) => {
    const request = { prompt: 'a red apple', size: `${size}x${size}`, response_format: 'b64_json', n: 1, steps: 2 };
    const reply = await port('/v1/images/generations', request);
    const [first] = z.object({ data: z.array(z.object({ b64_json: z.string() })) }).parse(reply).data;
    const { width, height } = decode(Buffer.from(first?.b64_json ?? '', 'base64'));
    return { width, height };
  };
  const inside = async (command: string): Promise<string> => (await bare.host.exec('sh', '-c', command)).trim();

  const values = (more: Readonly<Record<string, string>>) =>
    panel.setup.saveValues('invokeai', {
      index: bare.mirror.pythonIndexUrl,
      torchIndex: bare.mirror.torchIndexUrl('cu128'),
      privateDownloads: 'yes',
      models: 'sd15',
      ...more,
    });
  const statesOf = async (...recipes: readonly string[]) =>
    (await panel.setup.plan(recipes, true)).steps.filter(({ state }) => state !== 'ok').map(({ id, state }) => `${id} ${state}`);

  it('plans without a change of the host', async () => {
    before = fileList(bare.host);
    const plan = await panel.setup.plan(SETS, true);
    expect(plan.changes).toBeGreaterThan(20);
    // sudo itself notes in the home of a login that it was used.
    expect(fileList(bare.host).filter((path) => !path.endsWith('/.sudo_as_admin_successful'))).toEqual(before);
  });

  it('serves an image from a bare host, and has nothing to do afterwards', async () => {
    panel.setup.saveValues('network', { hfEndpoint: bare.mirror.huggingFaceUrl });
    values({ version: '6.14.1' });
    const run = await apply(...SETS);
    expect(run.steps.every(({ state }) => state === 'done')).toBe(true);
    expect(await inside("ss -Hltn | awk '{print $4}' | grep -e :7860 -e :909 | sort")).toBe('0.0.0.0:7860\n127.0.0.1:9090\n127.0.0.1:9091');
    expect(await inside('id -nG panel; sudo -l -U panel | grep -c systemctl')).toMatch(/systemd-journal\n[1-9]/);
    expect(
      await inside('systemctl --failed --no-legend; ls -A /var/lib/ada-panel/guards /run/ada-panel-setup.lock 2>/dev/null || true'),
    ).toBe('/var/lib/ada-panel/guards:');
    expect(await image(256)).toEqual({ width: 256, height: 256 });
    expect(await statesOf(...SETS)).toEqual([]);
    expect(panel.setup.state().recipes.find(({ id }) => id === 'invokeai')?.standing?.state).toBe('up-to-date');
  });

  it('updates InvokeAI, and goes back to the environment that worked when the new one does not start', async () => {
    values({ version: '6.14.2' });
    expect((await apply('invokeai')).state).toBe('done');
    expect(await version()).toBe('6.14.2');
    values({ version: '6.14.9' });
    const plan = await panel.setup.plan(['invokeai'], true);
    panel.setup.apply(plan.id);
    const failed = await ended();
    expect(failed).toMatchObject({ state: 'failed', error: { code: expect.stringMatching(/setup-(no-answer|not-verified)/) } });
    values({ version: '6.14.2' });
    await until(async () => (await version().catch(() => null)) === '6.14.2', 'the version that worked');
    expect(await statesOf('invokeai')).toEqual([]);
  });

  it('sets default model, steps and memory for a goal, and goes back', async () => {
    panel.setup.saveValues('preset', { goal: 'speed' });
    await apply('preset');
    expect(await inside('cat /etc/ada-images-shim/shim.env; cat /var/lib/invokeai/invokeai.yaml')).toMatch(
      /INVOKEAI_DEFAULT_MODEL=stable-diffusion-v1-5[\s\S]*device_working_mem_gb: 3/,
    );
    expect(await image(128)).toEqual({ width: 128, height: 128 });
    expect(await statesOf('preset')).toEqual([]);
  });

  it('removes all that it installed: the host has the files that it had before', async () => {
    panel.setup.saveValues('uninstall', { data: 'yes', packages: 'yes', rule: 'yes', backups: 'yes' });
    expect((await apply('uninstall')).state).toBe('done');
    expect(await statesOf('uninstall')).toEqual([]);
    const after = fileList(bare.host);
    // sudo itself notes in the home of a login that it was used.
    expect(after.filter((path) => !before.includes(path) && !path.endsWith('/.sudo_as_admin_successful'))).toEqual([]);
    expect(before.filter((path) => !after.includes(path))).toEqual([]);
  });
});
