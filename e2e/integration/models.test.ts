import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAB_ADMIN } from '../../lab/invokeai/accounts.ts';
import type { InstallJob, ModelsState } from '../../shared/capabilities/models/contract.ts';
import { type HostUnderTest, openHost } from './hosts.ts';
import { online, openPanel, type PanelUnderTest, until } from './panel.ts';

const SD15 = 'stable-diffusion-v1-5/stable-diffusion-v1-5';
const TOKEN = 'hf_averysecrettokenforatest';

describe('InvokeAI of the lab', () => {
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

  const state = (): ModelsState => panel.models.state();
  const live = () => until(() => (state().phase.kind === 'live' && state().models !== null ? state() : null), 'the models');
  const job = (source: string, want: (job: InstallJob) => boolean) =>
    until(() => state().jobs.find((known) => known.source.startsWith(source) && want(known)), `the job of ${source}`);

  it('tells version, models, what is missing, queue and disk', async () => {
    const { phase, models, queue, disk, canPause } = await live();
    expect(phase).toMatchObject({ kind: 'live', version: expect.stringMatching(/^6\./) });
    expect(models?.find((model) => model.name === 'Juggernaut XL v9')).toMatchObject({
      base: 'sdxl',
      type: 'main',
      isManaged: true,
      isMissing: false,
    });
    expect(models?.filter((model) => model.isMissing)).toHaveLength(1);
    expect(queue).toMatchObject({ pending: 0, isStarted: true });
    expect(disk?.freeBytes).toBeGreaterThan(1e9);
    expect(canPause).toBe(true);
  });

  it('names the starter models and what they need', async () => {
    const { models, bundles } = await panel.models.starters();
    expect(models.map((model) => model.source)).toContain(SD15);
    expect(bundles.length).toBeGreaterThan(0);
  });

  it('installs with progress, pauses, goes on, and finds the job again after InvokeAI was restarted', async () => {
    const free = (await live()).disk?.freeBytes ?? 0;
    await panel.models.install({ source: SD15, isInPlace: false, token: TOKEN, neededBytes: null });
    const under = await job(SD15, (known) => known.state === 'downloading' && known.bytesPerSecond !== null && known.bytes > 0);
    expect(under.totalBytes).toBeGreaterThan(1e9);
    expect(under.leftMs).toBeGreaterThan(0);
    expect(JSON.stringify(state())).not.toContain(TOKEN);
    await panel.models.actOnJob(under.jobId, 'pause');
    await job(SD15, (known) => known.state === 'paused');
    await panel.models.actOnJob(under.jobId, 'resume');
    await job(SD15, (known) => known.state === 'downloading');
    await host.change('invokeai.service', 'stop');
    await until(() => state().phase.kind === 'failing', 'InvokeAI to be away');
    await host.change('invokeai.service', 'start');
    await job(SD15, (known) => known.state === 'downloading' || known.state === 'running' || known.state === 'completed');
    await job(SD15, (known) => known.state === 'completed');
    const after = await until(
      () => (state().models?.some((model) => model.source?.startsWith(SD15)) ? state() : null),
      'the model in the list',
    );
    expect(free - (after.disk?.freeBytes ?? 0)).toBeGreaterThan(1e9);
    await panel.models.prune();
    expect(state().jobs).toEqual([]);
  });

  it('deletes a model, and the disk has room again', async () => {
    const before = await live();
    const model = before.models?.find((known) => known.source?.startsWith(SD15));
    await panel.models.remove(model?.key ?? '');
    expect(state().models?.some((known) => known.key === model?.key)).toBe(false);
    expect((state().disk?.freeBytes ?? 0) - (before.disk?.freeBytes ?? 0)).toBeGreaterThan(1e9);
  });

  it('refuses in words what cannot fit, and what Hugging Face does not give', async () => {
    const refusal = (wanted: Parameters<typeof panel.models.install>[0]) =>
      panel.models.install(wanted).then(
        () => null,
        (thrown: unknown) => thrown,
      );
    const wanted = { source: SD15, isInPlace: false, token: null, neededBytes: 9e15 };
    expect(await refusal(wanted)).toMatchObject({ panelError: { code: 'disk-too-small', layer: 'host' } });
    host.lab?.break('gated-repo');
    expect(await refusal({ ...wanted, neededBytes: null })).toMatchObject({ panelError: { code: 'repo-not-had' } });
    host.lab?.repair('gated-repo');
  });

  it('logs in at Hugging Face and out again', async () => {
    expect(await panel.models.hfLogin()).toBe('invalid');
    expect(await panel.models.setHfToken('hf_abcdefghijkl')).toBe('valid');
    expect(await panel.models.setHfToken(null)).toBe('invalid');
    // One that was not taken is said, and not shown as "no token".
    await expect(panel.models.setHfToken('my-password')).rejects.toMatchObject({ panelError: { code: 'hf-token-refused' } });
    expect(await panel.models.setHfToken('hf_expired0000')).toBe('unknown');
    expect(await panel.models.setHfToken(null)).toBe('invalid');
  });

  it('starts a failed install over, and says where the server cannot resume', async () => {
    const url = 'https://civitai.example/api/download/paint.safetensors';
    host.lab?.break('gated-repo');
    await panel.models.install({ source: url, isInPlace: false, token: null, neededBytes: null });
    const failed = await job(url, (known) => known.state === 'error');
    expect(failed.error).toEqual({ reason: 'HTTPError', text: 'Unauthorized' });
    host.lab?.repair('gated-repo');
    await panel.models.actOnJob(failed.jobId, 'start-over');
    const again = await job(url, (known) => known.state === 'downloading' && known.bytes > 0);
    expect(again.jobId).not.toBe(failed.jobId);
    await panel.models.actOnJob(again.jobId, 'pause');
    host.lab?.break('downloads-without-ranges');
    await job(url, (known) => known.state === 'paused');
    await panel.models.actOnJob(again.jobId, 'resume');
    expect((await job(url, (known) => known.needsDecision !== null)).needsDecision).toMatch(
      /does not support resuming.*Start the download over/,
    );
    host.lab?.repair('downloads-without-ranges');
    await panel.models.actOnJob(again.jobId, 'start-over');
    const third = await job(url, (known) => known.state === 'downloading');
    const cancelled = panel.models.actOnJob(third.jobId, 'cancel');
    await job(url, (known) => known.isCancelling);
    await cancelled;
    expect(state().jobs.find(({ jobId }) => jobId === third.jobId)).toMatchObject({ state: 'cancelled', isCancelling: false });
    await panel.models.prune();
  });

  it('warns of what InvokeAI installed and could not identify', async () => {
    const page = 'https://civitai.example/login';
    await panel.models.install({ source: page, isInPlace: false, token: null, neededBytes: null });
    expect(await job(page, (known) => known.state === 'completed')).toMatchObject({ isRecognised: false });
    const model = await until(() => state().models?.find(({ source }) => source === page), 'the page in the list');
    expect(model).toMatchObject({ isRecognised: false, type: 'unknown' });
    await panel.models.remove(model.key);
    await panel.models.prune();
  });

  it('tells a path that is not there from one that InvokeAI may not see', async () => {
    host.lab?.files.writeHollow('/home/operator/mine.safetensors', { bytes: 1e9, sha256: 'a'.repeat(64) }, 'operator');
    const install = (source: string) => panel.models.install({ source, isInPlace: true, token: null, neededBytes: null });
    await expect(install('/home/operator/mine.safetensors')).rejects.toMatchObject({ panelError: { code: 'path-not-readable' } });
    await expect(install('/opt/none.safetensors')).rejects.toMatchObject({ panelError: { code: 'path-not-there' } });
  });

  it('says that InvokeAI runs on the CPU where it sees no GPU', async () => {
    expect((await live()).device).toMatchObject({ kind: 'gpu' });
    host.lab?.break('gpu-lost');
    await until(async () => {
      await panel.models.refresh();
      return state().device.kind === 'cpu';
    }, 'the CPU');
    host.lab?.repair('gpu-lost');
    await panel.models.refresh();
    expect(state().device.kind).toBe('gpu');
  });

  it('names multi-user mode, logs in, and hears events again after the refusals', async () => {
    host.lab?.break('invokeai-multiuser');
    await host.change('invokeai.service', 'stop');
    await until(() => state().phase.kind === 'failing', 'InvokeAI to be away');
    await host.change('invokeai.service', 'start');
    const needed = await until(() => {
      const { phase, login } = state();
      return phase.kind === 'failing' && phase.error.code === 'invokeai-login-needed' && login.kind === 'needed' ? phase : null;
    }, 'the login to be asked for');
    expect(needed.error.message).toBe('InvokeAI requires a login (multi-user mode).');
    const wrong = panel.models.logIn({ email: LAB_ADMIN.email, password: 'no', isPasswordSaved: false });
    await expect(wrong).rejects.toMatchObject({ panelError: { code: 'invokeai-login-refused' } });
    await panel.models.logIn({ email: LAB_ADMIN.email, password: LAB_ADMIN.password, isPasswordSaved: true });
    await live();
    expect(state().login).toEqual({ kind: 'logged-in', email: LAB_ADMIN.email, isAdmin: true });
    host.lab?.simulation.invokeai.accounts.expire();
    await panel.models.refresh();
    expect(state().phase.kind).toBe('live');

    const heard: unknown[] = [];
    const stop = panel.models.onProgress((progress) => heard.push(progress));
    panel.models.followProgress(true);
    host.lab?.repair('nobody-else');
    host.lab?.simulation.invokeai.wake(Date.now());
    await until(() => heard.some((progress) => progress !== null), 'progress by the socket');
    stop();
    host.lab?.break('nobody-else');
    host.lab?.repair('invokeai-multiuser');
    await panel.models.refresh();
    await until(() => state().login.kind === 'not-needed', 'the end of logins');
  });

  it('pauses and resumes the queue, and frees VRAM', async () => {
    await panel.models.actOnQueue('pause');
    expect(state().queue?.isStarted).toBe(false);
    await panel.models.actOnQueue('resume');
    expect(state().queue?.isStarted).toBe(true);
    // A job under way takes VRAM meanwhile.
    await until(async () => {
      await panel.models.refresh();
      return state().queue?.current === null && (state().queue?.pending ?? 0) === 0;
    }, 'an idle queue');
    const { beforeMiB, afterMiB } = await panel.models.freeVram();
    expect(afterMiB).not.toBeNull();
    expect(afterMiB ?? 0).toBeLessThanOrEqual((beforeMiB ?? 0) + 50);
    expect((await panel.models.cache()).map((fact) => fact.name)).toContain('device_working_mem_gb');
  });

  it.each([
    ['invokeai-malformed-json', 'invokeai-garbled'],
    ['invokeai-truncated-json', 'invokeai-broke-off'],
  ] as const)('%s is said, and mends', async (fault, code) => {
    host.lab?.break(fault);
    void panel.models.refresh();
    await until(() => {
      const { phase } = state();
      return phase.kind === 'failing' && phase.error.code === code;
    }, code);
    host.lab?.repair(fault);
    void panel.models.refresh();
    await live();
  });
});
