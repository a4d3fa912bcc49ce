import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckpointDownload, ComfyUiState } from '../../shared/capabilities/comfyui/contract.ts';
import { toPanelError } from '../../shared/errors.ts';
import { type HostUnderTest, openHost } from './hosts.ts';
import { online, openPanel, type PanelUnderTest, until } from './panel.ts';

const UNIT = 'comfyui.service';
const URL_OF_SDXL = 'https://huggingface.co/stabilityai/stable-diffusion-xl-base-1.0/resolve/main/sd_xl_base_1.0.safetensors';
const SDXL = { url: URL_OF_SDXL, name: 'sd_xl_base_1.0.safetensors', sha256: null, token: null };
const TOKEN = 'hf_averysecrettokenforatest';

describe('ComfyUI of the lab', () => {
  let host: HostUnderTest;
  let panel: PanelUnderTest;

  beforeAll(async () => {
    host = await openHost('lab');
    host.lab?.break('nobody-else');
    panel = openPanel(host);
    await online(panel);
  });
  afterAll(async () => {
    panel.dispose();
    await host.close();
  });

  const state = (): ComfyUiState => panel.comfyui.state();
  const phase = (kind: ComfyUiState['phase']['kind']) => until(() => state().phase.kind === kind, `the phase ${kind}`);
  const download = (want: (download: CheckpointDownload) => boolean) => until(() => state().downloads.find(want), 'the download');
  const codeOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'none',
      (thrown: unknown) => toPanelError(thrown).code,
    );

  it('that is stopped is not absent; it tells itself once it is started', async () => {
    await phase('failing');
    await host.change(UNIT, 'start');
    await phase('live');
    expect(state()).toMatchObject({
      system: { device: 'NVIDIA RTX 6000 Ada Generation', hasGpu: true },
      queue: { running: null, pending: [], pendingCount: 0 },
      checkpoints: ['dreamshaper_8.safetensors'],
      folder: '/opt/ComfyUI/models/checkpoints',
    });
  });

  it('its queue is seen, what runs is interrupted, what waits taken off, and VRAM freed', async () => {
    const comfyui = host.lab?.simulation.comfyui;
    const job = (seed: number) =>
      comfyui?.submit({ prompt: workflow(seed), clientId: null, promptId: null, isFront: false, extraData: {} });
    for (const seed of [1, 2, 3]) expect(job(seed)).not.toHaveProperty('error');
    const queue = await until(() => {
      void panel.comfyui.refresh();
      const { queue } = state();
      return queue?.running != null && queue.pending.length === 2 ? queue : null;
    }, 'the jobs');
    expect(queue.running).toMatchObject({ checkpoint: 'dreamshaper_8.safetensors', prompt: 'a red apple' });
    await panel.comfyui.dequeue(queue.pending[0]?.promptId ?? '');
    expect(state().queue?.pending.map(({ promptId }) => promptId)).toEqual([queue.pending[1]?.promptId]);
    await panel.comfyui.dequeue(null);
    expect(state().queue?.pending).toEqual([]);
    await panel.comfyui.interrupt(queue.running?.promptId ?? '');
    await until(() => comfyui?.running === null, 'nothing to run');
    const { beforeMiB, afterMiB } = await panel.comfyui.free();
    expect(beforeMiB).not.toBeNull();
    expect(afterMiB).not.toBeNull();
  });

  it('a checkpoint is fetched by the host: stopped, gone on with by another panel, checked, and in the list', async () => {
    await panel.comfyui.download(SDXL);
    const under = await download(({ bytesPerSecond, bytes }) => bytesPerSecond !== null && bytes > 0);
    expect(under).toMatchObject({ state: 'downloading', totalBytes: 6_938_078_334, sha256: expect.stringMatching(/^31e35c80/) });
    expect(await codeOf(panel.comfyui.download(SDXL))).toBe('checkpoint-under-way');
    await panel.comfyui.actOnDownload(SDXL.name, 'stop');
    const stopped = await download(({ state: is }) => is === 'stopped');
    await panel.comfyui.actOnDownload(SDXL.name, 'resume');
    await download(({ state: is }) => is === 'downloading');
    panel.dispose();
    panel = openPanel(host);
    await online(panel);
    const again = await download(({ bytes }) => bytes > stopped.bytes);
    expect(again.url).toBe(URL_OF_SDXL);
    host.lab?.break('downloads-are-fast');
    const done = await download(({ state: is }) => is === 'done');
    expect(done.foundSha256).toBe(done.sha256);
    await until(() => state().checkpoints?.includes(SDXL.name), 'the checkpoint in the list');
    await panel.comfyui.actOnDownload(SDXL.name, 'discard');
    expect(state().downloads).toEqual([]);
    expect(await codeOf(panel.comfyui.download(SDXL))).toBe('checkpoint-there');
  });

  it('what cannot be fetched is refused before it begins', async () => {
    const other = { ...SDXL, name: 'other.safetensors' };
    expect(await codeOf(panel.comfyui.download({ ...other, url: 'https://huggingface.co/none' }))).toBe('checkpoint-not-found');
    expect(await codeOf(panel.comfyui.download({ ...other, url: 'https://nowhere.test/a' }))).toBe('checkpoint-server-away');
    host.lab?.break('disk-full');
    expect(await codeOf(panel.comfyui.download(other))).toBe('disk-too-small');
    host.lab?.repair('disk-full');
    host.lab?.break('gated-repo');
    expect(await codeOf(panel.comfyui.download(other))).toBe('checkpoint-gated');
    await panel.comfyui.download({ ...other, token: TOKEN });
    host.lab?.repair('gated-repo');
    await download(({ state: is }) => is === 'done');
    expect(JSON.stringify(state())).not.toContain(TOKEN);
  });
});

const workflow = (seed: number) => ({
  ckpt: { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'dreamshaper_8.safetensors' } },
  pos: { class_type: 'CLIPTextEncode', inputs: { clip: ['ckpt', 1], text: 'a red apple' } },
  neg: { class_type: 'CLIPTextEncode', inputs: { clip: ['ckpt', 1], text: '' } },
  latent: { class_type: 'EmptyLatentImage', inputs: { width: 512, height: 512, batch_size: 1 } },
  sample: {
    class_type: 'KSampler',
    inputs: {
      ...{ model: ['ckpt', 0], positive: ['pos', 0], negative: ['neg', 0], latent_image: ['latent', 0] },
      ...{ seed, steps: 60, cfg: 7, sampler_name: 'euler', scheduler: 'normal', denoise: 1 },
    },
  },
  decode: { class_type: 'VAEDecode', inputs: { samples: ['sample', 0], vae: ['ckpt', 2] } },
  save: { class_type: 'SaveImage', inputs: { images: ['decode', 0], filename_prefix: 'panel' } },
});
