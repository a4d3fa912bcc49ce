import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyNoRealHost } from '../host/image.ts';
import { type BareSetup, openBareSetup } from './bare-setup.ts';

const CHECKPOINT = 'v1-5-pruned-emaonly.safetensors';
const CHECKPOINTS = '/opt/ComfyUI/models/checkpoints';
const UNITS = 'invokeai comfyui invokeai-openai-images-shim nginx';
/** What the gateway may see at most. */
const MAX_NOT_READY_MS = 60_000;
const OFTEN = { timeout: 60_000, interval: 100 };

/** Requests an address again and again until `stop`, which returns how long it was not ready: from the first failure to the next success after the last one. */
function watchReadiness(url: string): () => Promise<number> {
  const replies: { readonly at: number; readonly isReady: boolean }[] = [];
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const at = performance.now();
      const isReady = await fetch(url, { signal: AbortSignal.timeout(10_000) }).then(
        async (response) => {
          await response.arrayBuffer();
          return response.status === 200;
        },
        () => false,
      );
      replies.push({ at, isReady });
    }
  })();
  return async () => {
    isOver = true;
    await watching;
    const first = replies.find(({ isReady }) => !isReady);
    const last = replies.findLastIndex(({ isReady }) => !isReady);
    const next = replies[last + 1];
    if (first === undefined || next === undefined) throw new Error('It was never away, or did not come back.');
    return next.at - first.at;
  };
}

describe.skipIf(whyNoRealHost() !== null)('two backends on a bare host', () => {
  let setup: BareSetup;
  beforeAll(async () => {
    setup = await openBareSetup();
    const { bare, panel } = setup;
    const indexes = { index: bare.mirror.pythonIndexUrl, torchIndex: bare.mirror.torchIndexUrl('cu128') };
    panel.setup.saveValues('network', { hfEndpoint: bare.mirror.huggingFaceUrl });
    panel.setup.saveValues('invokeai', { ...indexes, privateDownloads: 'yes', models: 'sd15' });
    panel.setup.saveValues('comfyui', { ...indexes, repository: bare.mirror.comfyUiRepository });
  });
  afterAll(() => setup?.close());

  const readyz = (): Promise<{ status: number; mode: unknown; page: string }> =>
    (async () => {
      const origin = `http://${setup.bare.host.hostName}:7860`;
      const response = await fetch(`${origin}/readyz`);
      const body: unknown = await response.json();
      const page = await (await fetch(`${origin}/`)).text();
      return { status: response.status, mode: body !== null && typeof body === 'object' && 'mode' in body ? body.mode : null, page };
    })();

  it('installs ComfyUI at a tag, off while InvokeAI is in use, with a folder that the login downloads into', async () => {
    const { bare, inside, apply } = setup;
    await apply('network', 'invokeai', 'comfyui', 'images-shim', 'nginx');
    expect(await inside(`systemctl is-active ${UNITS} || true`)).toBe('active\ninactive\nactive\nactive');
    expect(await inside('readlink -f /opt/comfyui/current; git -C /opt/comfyui/current/ComfyUI -c safe.directory=* describe --tags')).toBe(
      '/opt/comfyui/versions/v0.3.64-cu128\nv0.3.64',
    );
    const fetchIt = `import urllib.request; urllib.request.urlretrieve("${bare.mirror.files[CHECKPOINT].url}", "${CHECKPOINT}")`;
    await inside(`cd ${CHECKPOINTS} && runuser -u ${bare.host.user} -- python3 -c '${fetchIt}' && chmod 644 ${CHECKPOINT}`);
    await expect.poll(readyz, OFTEN).toMatchObject({ status: 200, mode: 'invokeai_queue' });
  });

  it('switches to the other backend and back within a minute of readiness, one at a time', async () => {
    const { panel, apply, inside, bare } = setup;
    for (const [to, mode, title] of [
      ['comfyui', 'comfyui', 'ComfyUI'],
      ['invokeai', 'invokeai_queue', 'Invoke'],
    ] as const) {
      panel.setup.saveValues('switch', { to });
      const stop = watchReadiness(`http://${bare.host.hostName}:7860/readyz`);
      await apply('switch');
      await expect.poll(readyz, OFTEN).toMatchObject({ status: 200, mode, page: expect.stringContaining(title) });
      const notReadyMs = await stop();
      const image = await fetch(`http://${bare.host.hostName}:7860/v1/images/generations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ prompt: 'a red apple', size: '256x256', response_format: 'b64_json', steps: 2 }),
      });
      expect([image.status, await image.text()]).toEqual([200, expect.stringContaining('"b64_json"')]);
      console.log(`switch to ${to}: not ready for ${(notReadyMs / 1000).toFixed(1)} s`);
      expect(notReadyMs).toBeLessThan(MAX_NOT_READY_MS);
      expect(await inside(`systemctl is-active ${UNITS} || true; systemctl is-enabled invokeai comfyui || true`)).toBe(
        to === 'comfyui' ? 'inactive\nactive\nactive\nactive\ndisabled\nenabled' : 'active\ninactive\nactive\nactive\nenabled\ndisabled',
      );
      // Shim and nginx follow the backend in use.
      expect((await setup.plan('images-shim', 'nginx', 'comfyui')).steps.filter(({ state }) => state !== 'ok')).toEqual([]);
    }
  });
});
