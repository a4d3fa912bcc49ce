import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf } from '../../electron/capabilities/setup/api/operation.ts';
import { fileList } from '../host/bare-host.ts';
import { whyNoRealHost } from '../host/image.ts';
import { type BareSetup, openBareSetup } from './bare-setup.ts';
import { until } from './panel.ts';

const SETS = ['least-privilege', 'network', 'invokeai', 'images-shim', 'nginx'];

describe.skipIf(whyNoRealHost() !== null)('the recipes on a bare host', () => {
  let setup: BareSetup;
  let before: readonly string[] = [];
  beforeAll(async () => {
    setup = await openBareSetup();
  });
  afterAll(() => setup?.close());

  const version = async () => memberOf(await setup.request('/api/v1/app/version'), 'version');
  const values = (more: Readonly<Record<string, string>>) =>
    setup.panel.setup.saveValues('invokeai', {
      index: setup.bare.mirror.pythonIndexUrl,
      torchIndex: setup.bare.mirror.torchIndexUrl('cu128'),
      privateDownloads: 'yes',
      models: 'sd15',
      ...more,
    });
  const statesOf = async (...recipes: readonly string[]) =>
    (await setup.plan(...recipes)).steps.filter(({ state }) => state !== 'ok').map(({ id, state }) => `${id} ${state}`);

  it('plans without a change of the host', async () => {
    before = fileList(setup.bare.host);
    const plan = await setup.plan(...SETS);
    expect(plan.changes).toBeGreaterThan(20);
    // sudo itself notes in the home of a login that it was used.
    expect(fileList(setup.bare.host).filter((path) => !path.endsWith('/.sudo_as_admin_successful'))).toEqual(before);
  });

  it('serves an image from a bare host, and has nothing to do afterwards', async () => {
    setup.panel.setup.saveValues('network', { hfEndpoint: setup.bare.mirror.huggingFaceUrl });
    values({ version: '6.14.1' });
    const run = await setup.apply(...SETS);
    expect(run.steps.every(({ state }) => state === 'done')).toBe(true);
    expect(await setup.inside("ss -Hltn | awk '{print $4}' | grep -e :7860 -e :909 | sort")).toBe(
      '0.0.0.0:7860\n127.0.0.1:9090\n127.0.0.1:9091',
    );
    expect(await setup.inside('id -nG panel; sudo -l -U panel | grep -c systemctl')).toMatch(/systemd-journal\n[1-9]/);
    expect(
      await setup.inside('systemctl --failed --no-legend; ls -A /var/lib/ada-panel/guards /run/ada-panel-setup.lock 2>/dev/null || true'),
    ).toBe('/var/lib/ada-panel/guards:');
    expect(await setup.image(256)).toEqual({ width: 256, height: 256 });
    expect(setup.panel.setup.state().recipes.find(({ id }) => id === 'invokeai')?.standing?.state).toBe('up-to-date');
  });

  it('updates InvokeAI, and goes back to the environment that worked when the new one does not start', async () => {
    values({ version: '6.14.2' });
    expect((await setup.apply('invokeai')).state).toBe('done');
    expect(await version()).toBe('6.14.2');
    values({ version: '6.14.9' });
    const plan = await setup.plan('invokeai');
    setup.panel.setup.apply(plan.id);
    const failed = await setup.ended();
    // On a busy machine systemd has given it up before it is waited for.
    expect(failed).toMatchObject({ state: 'failed', error: { code: expect.stringMatching(/^setup-no(-answer|t-verified)$/) } });
    expect(failed.error?.detail).toContain('cached_download');
    values({ version: '6.14.2' });
    await until(async () => (await version().catch(() => null)) === '6.14.2', 'the version that worked');
    expect(await statesOf('invokeai')).toEqual([]);
  });

  it('sets default model, steps and memory for a goal, and no other recipe changes them back', async () => {
    setup.panel.setup.saveValues('preset', { goal: 'speed' });
    await setup.apply('preset');
    expect(await setup.inside('cat /etc/ada-images-shim/shim.env; cat /var/lib/invokeai/invokeai.yaml')).toMatch(
      /INVOKEAI_DEFAULT_MODEL=stable-diffusion-v1-5[\s\S]*device_working_mem_gb: 3/,
    );
    expect(await setup.image(128)).toEqual({ width: 128, height: 128 });
    expect(await statesOf('preset', 'invokeai', 'images-shim')).toEqual([]);
  });

  it('removes all that it installed: the host has the files that it had before', async () => {
    setup.panel.setup.saveValues('uninstall', { data: 'yes', packages: 'yes', rule: 'yes', backups: 'yes' });
    expect((await setup.apply('uninstall')).state).toBe('done');
    const after = fileList(setup.bare.host);
    // sudo itself notes in the home of a login that it was used.
    expect(after.filter((path) => !before.includes(path) && !path.endsWith('/.sudo_as_admin_successful'))).toEqual([]);
    expect(before.filter((path) => !after.includes(path))).toEqual([]);
  });
});

/**
 * ComfyUI runs with the Python 3.13 of this system. InvokeAI needs the 3.12 that uv downloads, and the mirror's Python is the 3.11 of the older Debian.
 */
describe.skipIf(whyNoRealHost() !== null)('the recipes on the newer Debian, with sudo-rs', () => {
  const CHECKPOINT = 'v1-5-pruned-emaonly.safetensors';
  let setup: BareSetup;
  beforeAll(async () => {
    setup = await openBareSetup(undefined, 'trixie');
  });
  afterAll(() => setup?.close());

  it('plan a Python of uv for InvokeAI, and block the shim without a backend', async () => {
    const { steps } = await setup.plan('invokeai', 'nginx');
    expect(steps.filter(({ state }) => state === 'blocked')).toEqual([]);
    const environment = steps.find(({ id }) => id === 'invokeai/environment')?.changes[0];
    expect(environment?.kind === 'long' ? environment.command : environment).toContain(' 3.12 ');
    expect((await setup.plan('images-shim')).steps.filter(({ state }) => state === 'blocked').map(({ id }) => id)).toEqual([
      'images-shim/backend',
    ]);
  });

  it('serve an image of ComfyUI, and have nothing to do afterwards', async () => {
    const { bare, panel, apply, inside } = setup;
    panel.setup.saveValues('network', { hfEndpoint: bare.mirror.huggingFaceUrl });
    panel.setup.saveValues('comfyui', {
      index: bare.mirror.pythonIndexUrl,
      torchIndex: bare.mirror.torchIndexUrl('cu128'),
      repository: bare.mirror.comfyUiRepository,
    });
    await apply('least-privilege', 'network', 'comfyui', 'images-shim', 'nginx');
    expect(await inside('/opt/comfyui/current/venv/bin/python -V')).toMatch(/^Python 3\.13\./);
    expect(await inside('sudo -l -U panel | grep -c systemctl; ls /etc/nginx/sites-enabled')).toMatch(/^[1-9]\d*\nada-images$/);
    const fetchIt = `import urllib.request; urllib.request.urlretrieve("${bare.mirror.files[CHECKPOINT].url}", "${CHECKPOINT}")`;
    await inside(
      `cd /opt/ComfyUI/models/checkpoints && runuser -u ${bare.host.user} -- python3 -c '${fetchIt}' && chmod 644 ${CHECKPOINT}`,
    );
    expect(await setup.image(256)).toEqual({ width: 256, height: 256 });
  });

  it('request the Python for InvokeAI from the mirror that is named', async () => {
    const { bare, panel, plan, ended } = setup;
    const pythonMirror = new URL('/no-python', bare.mirror.pythonDownloadsUrl).href;
    panel.setup.saveValues('network', { pythonMirror });
    panel.setup.saveValues('invokeai', { index: bare.mirror.pythonIndexUrl, torchIndex: bare.mirror.torchIndexUrl('cu128') });
    panel.setup.apply((await plan('network', 'invokeai')).id);
    const { state, output } = await ended();
    expect(state).toBe('failed');
    expect(output.join('\n')).toMatch(new RegExp(`Failed to download \`${pythonMirror}/\\d+/cpython-3\\.12\\.`));
  });
});
