import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PATIENCE } from '../../../fixtures/patience.ts';
import { type Lab, startLab } from '../../../lab/lab.ts';
import { answerJson, startTryServer } from '../../../lab/testing/server.ts';
import { PanelException, toPanelError } from '../../../shared/errors.ts';
import { INVOKEAI_PEER } from '../backends/invokeai.ts';
import { createJsonClient, type JsonClient } from '../backends/json-client.ts';
import { explainInstall } from './errors.ts';
import { actOnInstall, type JobVerb, startInstall } from './installs.ts';
import { type ReadJob, readJobs } from './job-reader.ts';

const FILE = 'https://civitai.example/api/download/paint.safetensors';
const INSTALL = '/api/v2/models/install';
const agent = new Agent({ keepAlive: true });
let lab: Lab;
let client: JsonClient;

beforeAll(async () => {
  lab = await startLab();
  lab.break('nobody-else');
  client = createJsonClient({ peer: INVOKEAI_PEER, port: lab.portOf(9090) ?? 0, agent });
});
afterAll(async () => {
  client.close();
  await lab.close();
});
afterEach(async () => {
  for (const one of await jobs()) await client.json({ method: 'DELETE', path: `${INSTALL}/${one.jobId}`, timeoutMs: 60_000 });
  await client.json({ method: 'DELETE', path: INSTALL });
  lab.repair();
  lab.break('nobody-else');
});

const jobs = async (): Promise<ReadJob[]> => readJobs(await client.json({ path: INSTALL }));
const isPathThere = async () => null;
const act = (job: ReadJob, verb: JobVerb) =>
  actOnInstall(client, job, { verb, isPathThere, pause: (ms) => pause(ms), wasGiven: (token) => token === 'hf_given' });
const failure = (work: Promise<unknown>) => work.then(() => null, toPanelError);
const begin = (source: string, token: string | null = null) => startInstall(client, { source, isInPlace: false, token }, isPathThere);
async function until(source: string, state: string): Promise<ReadJob> {
  const find = async () => (await jobs()).findLast((job) => job.source === source && job.state === state) ?? null;
  await expect.poll(find, PATIENCE).not.toBeNull();
  const found = await find();
  if (found === null) throw new Error(`no longer ${state}`);
  return found;
}

describe('starting an install over', () => {
  it.each(['gated-repo', 'disk-full', 'download-broken-off'] as const)(
    'brings on what failed by %s, and drops the old job',
    async (fault) => {
      lab.break(fault);
      lab.break('downloads-are-fast');
      await begin(FILE);
      const failed = await until(FILE, 'error');
      lab.repair(fault);
      await act(failed, 'start-over');
      await until(FILE, 'completed');
      expect((await jobs()).map(({ jobId }) => jobId)).not.toContain(failed.jobId);
    },
  );

  it('sends the token again that the job was given, and leaves what others have ended in the list', async () => {
    lab.break('downloads-are-fast');
    await begin('https://civitai.example/other.safetensors');
    const other = await until('https://civitai.example/other.safetensors', 'completed');
    lab.break('download-broken-off');
    lab.break('gated-repo');
    await begin(FILE, 'hf_only-for-this-one');
    const failed = await until(FILE, 'error');
    lab.repair('download-broken-off');
    await act(failed, 'start-over');
    await until(FILE, 'completed');
    expect((await jobs()).map(({ jobId }) => jobId)).toContain(other.jobId);
  });

  it('leaves out InvokeAI’s own Hugging Face login, which may be a newer one by now', async () => {
    const repo = 'stable-diffusion-v1-5/stable-diffusion-v1-5';
    const tokenNow = () => lab.simulation.invokeai.installs.jobs.findLast(({ status }) => status !== 'cancelled')?.accessToken;
    lab.simulation.invokeai.login = 'hf_before';
    await begin(repo);
    expect(tokenNow()).toBe('hf_before');
    lab.simulation.invokeai.login = 'hf_after';
    await act(await until(repo, 'downloading'), 'start-over');
    expect(tokenNow()).toBe('hf_after');
    await act(await until(repo, 'downloading'), 'cancel');
    await begin(repo, 'hf_given');
    await act(await until(repo, 'downloading'), 'start-over');
    expect(tokenNow()).toBe('hf_given');
    lab.simulation.invokeai.login = null;
  });

  it('cancels a paused one first, and takes its place', async () => {
    await begin(FILE);
    await act(await until(FILE, 'downloading'), 'pause');
    const paused = await until(FILE, 'paused');
    await act(paused, 'start-over');
    const next = await until(FILE, 'downloading');
    expect(next.jobId).not.toBe(paused.jobId);
  });
});

describe('a verb', () => {
  it('that left the job as it was is said, whichever it is', async () => {
    lab.break('downloads-are-fast');
    await begin(FILE);
    const done = await until(FILE, 'completed');
    for (const verb of ['pause', 'resume'] as const) {
      expect(await failure(act(done, verb))).toMatchObject({
        code: 'install-unchanged',
        message: `InvokeAI did not ${verb} ${FILE}: it is still "completed".`,
      });
    }
    // Cancelled or ended is the same to whoever wants it off.
    expect(await failure(act(done, 'cancel'))).toBeNull();
  });

  it('cancels only once InvokeAI has let go', async () => {
    await begin(FILE);
    await act(await until(FILE, 'downloading'), 'cancel');
    expect((await jobs()).find(({ source }) => source === FILE)?.state).toBe('cancelled');
  });

  it('never meets another job that has its number by now', async () => {
    await begin(FILE);
    const { jobId } = await until(FILE, 'downloading');
    const stale: ReadJob = { ...(await until(FILE, 'downloading')), jobId, source: 'org/before-the-restart' };
    expect(await failure(act(stale, 'cancel'))).toMatchObject({ code: 'install-gone' });
    expect(await failure(act({ ...stale, jobId: 999 }, 'start-over'))).toMatchObject({ code: 'install-gone' });
    expect((await until(FILE, 'downloading')).jobId).toBe(jobId);
  });

  it('that starts over is not believed where InvokeAI hands back the old job', async () => {
    const stuck = { id: 4, status: 'error', source: { type: 'url', url: FILE }, config_in: {}, download_parts: [] };
    const server = await startTryServer(({ method }, response) => answerJson(response, stuck, method === 'POST' ? 201 : 200));
    const other = createJsonClient({ peer: INVOKEAI_PEER, port: server.port, agent });
    const [job] = readJobs([stuck]);
    if (job === undefined) throw new Error('no job');
    expect(
      await failure(actOnInstall(other, job, { verb: 'start-over', isPathThere, pause: async () => {}, wasGiven: () => false })),
    ).toMatchObject({
      code: 'install-unchanged',
    });
    server.close();
  });
});

describe('a source that InvokeAI does not take', () => {
  const requested = (source: string, isThere: boolean | null) =>
    failure(startInstall(client, { source, isInPlace: true, token: null }, async () => isThere));

  it.each([
    ['/home/operator/mine.safetensors', true, 'path-not-readable', /exists on the host, but InvokeAI cannot see it/, /ProtectHome/],
    ['/data/mine.safetensors', true, 'path-not-readable', /cannot see it/, /service user/],
    ['/data/mine.safetensors', false, 'path-not-there', /^There is no \/data\/mine\.safetensors on the host\.$/, /spelling/],
    ['/data/mine.safetensors', null, 'path-not-there', /cannot see/, /ProtectHome/],
    ['mine.safetensors', null, 'source-not-understood', /does not support the source/, /org\/name/],
    ['org/nobody-has-it', null, 'repo-not-had', /could not get/, /accept its licence/],
  ] as const)('%s (there: %s) is %s', async (source, isThere, code, message, hint) => {
    expect(await requested(source, isThere)).toMatchObject({
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  it('an address of another server is not said to be Hugging Face’s, and shows no login', async () => {
    const refused = new PanelException({
      ...{ code: 'invokeai-refused', layer: 'backend', message: 'InvokeAI refused it.', hint: 'See its log.', retryable: true },
      facts: { status: '500' },
    } as const);
    const thrown = await explainInstall('https://me:sesame@civitai.com/api/download/1', async () => null)(refused).catch(toPanelError);
    expect(thrown).toMatchObject({ code: 'address-not-had', message: 'InvokeAI could not get this address from civitai.com.' });
    expect(JSON.stringify(thrown)).not.toContain('sesame');
  });
});
