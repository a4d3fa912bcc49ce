import { afterEach, describe, expect, it } from 'vitest';
import { type RunningShim, startShim, until } from './testing/running-shim.ts';
import { type ComfyUiBehaviour, type SimulatedComfyUi, startComfyUi } from './testing/simulated-comfyui.ts';

const toClose: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const open of toClose.splice(0).reverse()) await open.close();
});

async function both(o: Partial<ComfyUiBehaviour> = {}): Promise<{ comfyui: SimulatedComfyUi; shim: RunningShim }> {
  const comfyui = await startComfyUi(o);
  toClose.push(comfyui);
  const shim = await startShim({ SHIM_MODE: 'comfyui', COMFYUI_BASE_URL: comfyui.url });
  toClose.push(shim);
  return { comfyui, shim };
}

const refusalOf = async (response: Response) =>
  (await response.json()) as { readonly error: { readonly code: string; readonly message: string }; readonly detail: string };

describe('images from ComfyUI', () => {
  it('come with what was really used', async () => {
    const { comfyui, shim } = await both();
    const response = await shim.generate({ prompt: 'p', seed: 7, n: 2, model: 'v1-5-pruned-emaonly.safetensors', scheduler: 'dpmpp_2m_k' });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      seed: 7,
      steps: 20,
      shim: { seeds: [7, 8], width: 512 },
      data: [{ seed: 7 }, { seed: 8 }],
    });
    expect(comfyui.jobs[0]?.prompt).toMatchObject({
      checkpoint: { inputs: { ckpt_name: 'v1-5-pruned-emaonly.safetensors' } },
      sample: { class_type: 'KSampler', inputs: { seed: 7, sampler_name: 'dpmpp_2m', scheduler: 'karras', steps: 20, cfg: 7 } },
    });
  });

  it('are asked for once for all who wait', async () => {
    const { comfyui, shim } = await both({ jobMs: 400 });
    await Promise.all([...Array(20).keys()].map(async (seed) => expect((await shim.generate({ prompt: 'p', seed })).status).toBe(200)));
    expect(comfyui.requested.filter((name) => name === 'GET /prompt').length).toBeLessThan(25);
    expect(comfyui.requested.filter((name) => name.startsWith('GET /history')).length).toBeLessThan(20 * 12);
  });

  it('end when their client goes', async () => {
    const { comfyui, shim } = await both({ jobMs: 60_000 });
    const client = new AbortController();
    const requested = shim.generate({ prompt: 'p', n: 2 }, { signal: client.signal });
    await until(() => comfyui.jobs.length === 2, 'two jobs');
    client.abort();
    await expect(requested).rejects.toThrow();
    await until(() => comfyui.jobs.every((job) => job.state === 'interrupted'), 'both interrupted');
  });

  it('are given up when ComfyUI forgot them', async () => {
    const { comfyui, shim } = await both({ jobMs: 60_000 });
    const requested = shim.generate({ prompt: 'p' });
    await until(() => comfyui.jobs.length === 1, 'the job');
    comfyui.forget();
    expect(await refusalOf(await requested)).toMatchObject({ error: { code: 'lost' } });
  });

  it.each([
    [
      'out of memory',
      { failure: { type: 'torch.OutOfMemoryError', message: 'Allocation on device' } },
      'gpu_out_of_memory',
      /Allocation on device/,
    ],
    [
      'a refused workflow',
      {
        refusal: {
          error: { type: 'prompt_outputs_failed_validation', message: 'Prompt outputs failed validation', details: '' },
          node_errors: { checkpoint: { errors: [{ message: 'Value not in list', details: "ckpt_name: 'gone'" }] } },
        },
      },
      'backend_refused',
      /400: Prompt outputs failed validation; Value not in list: ckpt_name: 'gone'/,
    ],
  ])('%s: its words', async (_what, behaviour, code, words) => {
    const { shim } = await both(behaviour);
    const response = await shim.generate({ prompt: 'p' });
    expect(response.status).toBe(502);
    const refusal = await refusalOf(response);
    expect(refusal.error.code).toBe(code);
    expect(refusal.detail).toMatch(words);
  });

  it('are refused for a scheduler it has not', async () => {
    const { shim } = await both();
    const response = await shim.generate({ prompt: 'p', scheduler: 'tcd' });
    expect(response.status).toBe(400);
    expect((await refusalOf(response)).detail).toMatch(/no scheduler tcd; valid are ddim/);
  });

  it.each([
    [200, null, {}],
    [200, null, { device: 'cpu' as const }],
    [503, 'model', { checkpoints: [] }],
  ])('readiness: %s, failing %s', async (status, failing, behaviour) => {
    const { shim } = await both(behaviour);
    const response = await fetch(`${shim.url}/readyz`);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ failing, mode: 'comfyui', invokeai_version: null, comfyui_version: expect.any(String) });
  });
});
