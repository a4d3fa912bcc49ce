import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PATIENCE } from '../../fixtures/patience.ts';
import { type Lab, startLab } from '../lab.ts';
import { sendRequest as askUrl, field } from '../testing/http.ts';
import { schemaJudge } from '../testing/invokeai-schema.ts';

const SD15 = 'stable-diffusion-v1-5/stable-diffusion-v1-5';
const CIVITAI = 'https://civitai.example/api/download/paint.safetensors';
const judge = schemaJudge();
let lab: Lab;

// What the real InvokeAI 6.14.2 does, tried with it; the lab once did otherwise.
beforeAll(async () => {
  lab = await startLab();
  lab.break('nobody-else');
});
afterAll(() => lab.close());
afterEach(async () => {
  lab.repair();
  lab.break('nobody-else');
  lab.break('downloads-are-fast');
  for (const { id } of [...lab.simulation.invokeai.installs.jobs]) await sendRequest('DELETE', `/api/v2/models/install/${id}`);
  await sendRequest('DELETE', '/api/v2/models/install');
  lab.repair('downloads-are-fast');
});

async function sendRequest(method: string, path: string, body?: unknown) {
  const reply = await askUrl(`http://127.0.0.1:${lab.portOf(9090)}${path}`, { method, body });
  if (reply.status < 300 && reply.type.includes('json'))
    expect(judge.reply(method, path.split('?')[0] ?? '', reply.status, reply.body)).toBeNull();
  return reply;
}
const install = (source: string, more = '') =>
  sendRequest('POST', `/api/v2/models/install?source=${encodeURIComponent(source)}${more}`, {});
const idOf = async (source: string, more = '') => field((await install(source, more)).body, 'id');
const act = (id: unknown, verb: string) => sendRequest('POST', `/api/v2/models/install/${id}/${verb}`);
async function until(id: unknown, status: string): Promise<unknown> {
  const job = async () => (await sendRequest('GET', `/api/v2/models/install/${id}`)).body;
  await expect.poll(async () => field(await job(), 'status'), PATIENCE).toBe(status);
  return job();
}

describe('a download that breaks off', () => {
  it('ends in an error whose parts have it too; what had arrived is deleted, and the failed part can be fetched anew', async () => {
    lab.break('download-broken-off');
    lab.break('downloads-are-fast');
    const id = await idOf(SD15);
    const broken = await until(id, 'error');
    expect(broken).toMatchObject({ error_reason: 'ChunkedEncodingError' });
    const parts = field(broken, 'download_parts');
    expect(parts).toContainEqual(
      expect.objectContaining({ status: 'error', error_type: 'ChunkedEncodingError', bytes: 0, resume_required: false }),
    );
    lab.repair('download-broken-off');
    await act(id, 'restart_failed');
    await until(id, 'completed');
  });

  it('is paused for ever, its size forgotten, where the server sends no ranges', async () => {
    const id = await idOf(SD15);
    await expect
      .poll(async () => field((await sendRequest('GET', `/api/v2/models/install/${id}`)).body, 'bytes'), PATIENCE)
      .toBeGreaterThan(0);
    await act(id, 'pause');
    lab.break('downloads-without-ranges');
    for (let again = 0; again < 2; again += 1) {
      expect(field((await act(id, 'resume')).body, 'status')).toBe('waiting');
      const paused = await until(id, 'paused');
      expect(paused).toMatchObject({ total_bytes: expect.any(Number) });
      expect(field(paused, 'download_parts')).toContainEqual(
        expect.objectContaining({ status: 'paused', total_bytes: 0, resume_required: false, resume_message: null }),
      );
    }
  });
});

describe('a failure before the first byte', () => {
  it.each([
    [
      'a disk that is full',
      SD15,
      'disk-full',
      'RuntimeError',
      /^Free disk space \d+\.\d\d GB is not enough for download of \d+\.\d\d GB\.$/,
    ],
    ['a file that asks for a token', CIVITAI, 'gated-repo', 'HTTPError', /^Unauthorized$/],
    ['an address with nothing behind it', 'https://civitai.example/not-there/x.safetensors', 'nobody-else', 'HTTPError', /^Not Found$/],
    ['a folder without models', '/etc/nginx', 'nobody-else', 'ValueError', /No model files/],
  ] as const)('%s leaves no parts, so that restart_failed does nothing', async (_name, source, fault, reason, text) => {
    lab.break(fault);
    const begun = await install(source);
    expect(begun.status).toBe(201);
    const id = field(begun.body, 'id');
    const failed = await until(id, 'error');
    expect(failed).toMatchObject({ error_reason: reason, error: expect.stringMatching(text), download_parts: [] });
    lab.repair(fault);
    expect(field((await act(id, 'restart_failed')).body, 'status')).toBe('error');
  });
});

describe('what InvokeAI cannot use', () => {
  it('is installed as unknown: a web page behind an address, a text on the host', async () => {
    for (const source of ['https://civitai.example/login', '/etc/hostname']) {
      const done = await until(await idOf(source, '&inplace=true'), 'completed');
      expect(field(done, 'config_out')).toMatchObject({ type: 'unknown', base: 'unknown', format: 'unknown' });
    }
  });

  it.each(['/data/none.safetensors', '/home/operator/mine.safetensors', 'nonsense'])('%s is no source to it: 409', async (source) => {
    lab.files.writeHollow('/home/operator/mine.safetensors', { bytes: 1e9, sha256: 'a'.repeat(64) }, 'operator');
    expect(await install(source)).toMatchObject({ status: 409, body: { detail: `Unsupported model source: '${source}'` } });
  });
});

describe('where a model lies', () => {
  const CHECKPOINT = '/opt/ComfyUI/models/checkpoints/dreamshaper_8.safetensors';

  it('in place: at its own path, and once only', async () => {
    expect(field(await until(await idOf(CHECKPOINT, '&inplace=true'), 'completed'), 'config_out')).toMatchObject({
      path: CHECKPOINT,
      source: CHECKPOINT,
      source_type: 'path',
    });
    const again = await until(await idOf(CHECKPOINT, '&inplace=true'), 'error');
    expect(again).toMatchObject({ error_reason: 'DuplicateModelException', error: expect.stringContaining(`path='${CHECKPOINT}'`) });
  });

  it('managed: in a folder named by its key, and a second time beside the first', async () => {
    lab.break('downloads-are-fast');
    const [one, two] = [await until(await idOf(CIVITAI), 'completed'), await until(await idOf(CIVITAI), 'completed')];
    for (const job of [one, two]) {
      expect(field(job, 'config_out', 'path')).toBe(`${field(job, 'config_out', 'key')}/paint.safetensors`);
      expect(field(job, 'config_out', 'source')).toBe(CIVITAI);
    }
    expect(field(one, 'config_out', 'key')).not.toBe(field(two, 'config_out', 'key'));
    const vae = field(await until(await idOf('madebyollin/sdxl-vae-fp16-fix'), 'completed'), 'config_out');
    expect(vae).toMatchObject({ path: field(vae, 'key'), repo_variant: '' });
  });
});

describe('the Hugging Face login', () => {
  const login = async (token: string) => (await sendRequest('POST', '/api/v2/models/hf_login', { token })).body;
  const status = async () => (await sendRequest('GET', '/api/v2/models/hf_login')).body;

  it('is invalid without a token and after one that was not taken, unknown where the stored one cannot be verified', async () => {
    expect(await status()).toBe('invalid');
    expect(await login('my password')).toBe('invalid');
    expect(await login('hf_expired0000')).toBe('unknown');
    expect(await login('hf_abcdefgh')).toBe('valid');
    // One that is not taken leaves the stored one.
    expect(await login('nonsense')).toBe('invalid');
    expect(await status()).toBe('valid');
    lab.break('hugging-face-unreachable');
    expect(await status()).toBe('unknown');
    expect((await sendRequest('DELETE', '/api/v2/models/hf_login')).body).toBe('invalid');
  });
});

describe('multi-user mode', () => {
  it('answers 401 to all but the version, and refuses whoever has no right', async () => {
    lab.break('invokeai-multiuser');
    expect((await sendRequest('GET', '/api/v1/app/version')).status).toBe(200);
    expect((await sendRequest('GET', '/api/v1/auth/status')).body).toMatchObject({ multiuser_enabled: true, setup_required: false });
    for (const path of ['/api/v2/models/', '/api/v1/queue/default/status', '/api/v2/models/install', '/api/v1/app/app_deps'])
      expect(await sendRequest('GET', path)).toMatchObject({ status: 401, body: { detail: 'Authentication required' } });
    const wrong = await sendRequest('POST', '/api/v1/auth/login', { email: 'admin@lab.example', password: 'no' });
    expect(wrong).toMatchObject({ status: 401, body: { detail: 'Incorrect email or password' } });
    expect((await sendRequest('POST', '/api/v1/auth/login', { email: 'admin@lab.example', password: 'lab-Passw0rd' })).status).toBe(200);
  });
});
