import { Agent } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PATIENCE } from '../../../../fixtures/patience.ts';
import { answerJson, startTryServer, type TryServer } from '../../../../lab/testing/server.ts';
import { PanelException } from '../../../../shared/errors.ts';
import { INVOKEAI_PEER } from '../../backends/invokeai.ts';
import type { InvokeAiEvent, InvokeAiEvents } from '../../backends/invokeai-events.ts';
import { createJsonClient, type JsonClient } from '../../backends/json-client.ts';
import { type BatchesCancelled, createOpenBatches } from './invokeai-open-batches.ts';
import type { CancelLater, OpenJobs } from './open-jobs.ts';
import { isAway, retryWhileAway, waitForJob } from './queue-wait.ts';

let server: TryServer;
let client: JsonClient;
let jobs: OpenJobs<BatchesCancelled>;
let isDown = false;
let answer: unknown = { canceled: 2 };
let listener: (event: InvokeAiEvent) => void = () => {};
let saved: (readonly string[])[] = [];
const events: InvokeAiEvents = {
  open: () => {},
  reopen: () => {},
  close: () => {},
  onEvent: (heard) => {
    listener = heard;
    return () => true;
  },
};

beforeEach(async () => {
  isDown = false;
  answer = { canceled: 2 };
  saved = [];
  server = await startTryServer((_asked, response) => (isDown ? response.destroy() : answerJson(response, answer)));
  client = createJsonClient({ peer: INVOKEAI_PEER, port: server.port, agent: new Agent({ keepAlive: true }) });
});
afterEach(() => {
  jobs.stop();
  client.close();
  server.close();
});
const open = (left: readonly string[] = []): OpenJobs<BatchesCancelled> => {
  jobs = createOpenBatches({ client, events, left, save: (batchIds) => saved.push(batchIds) });
  return jobs;
};
const cancelled = () => server.requests.map(({ text }) => JSON.parse(text) as { readonly batch_ids: readonly string[] });

describe('the batches in InvokeAI’s queue', () => {
  it('are cancelled by their own ids, save those that ended, and the answer is what InvokeAI reports', async () => {
    open();
    for (const batchId of ['a', 'b', 'c']) jobs.opened(batchId);
    jobs.ended('b');
    const answers: (BatchesCancelled | CancelLater)[] = [];
    await jobs.cancel(['a', 'b', 'c'], (reported) => answers.push(reported));
    expect(cancelled()).toEqual([{ batch_ids: ['a', 'c'] }]);
    expect(answers).toEqual([{ kind: 'answered', canceled: 2 }]);
    expect(saved.at(-1)).toEqual([]);
    await jobs.cancel(['a'], (reported) => answers.push(reported));
    expect(answers.at(-1)).toEqual({ kind: 'answered', canceled: 0 });
    expect(cancelled()).toHaveLength(1);
  });

  it('are cancelled when InvokeAI is back, if it cannot be reached before', async () => {
    open();
    jobs.opened('a');
    isDown = true;
    const answers: (BatchesCancelled | CancelLater)[] = [];
    await jobs.cancel(['a'], (reported) => answers.push(reported));
    expect(answers).toMatchObject([{ kind: 'later', why: expect.stringContaining('closed the connection') }]);
    expect(saved.at(-1)).toEqual(['a']);
    isDown = false;
    listener({ kind: 'line', isUp: true });
    await vi.waitUntil(() => answers.length > 1, PATIENCE);
    expect(answers.at(-1)).toEqual({ kind: 'answered', canceled: 2 });
    expect(saved.at(-1)).toEqual([]);
  });

  it('that were left when the panel ended are cancelled at its next start', async () => {
    open(['old']);
    await vi.waitUntil(() => saved.length > 0, PATIENCE);
    expect(cancelled()).toEqual([{ batch_ids: ['old'] }]);
    expect(saved).toEqual([[]]);
  });

  it('are not said to be cancelled by an answer that reports no number', async () => {
    answer = {};
    open().opened('a');
    const answers: (BatchesCancelled | CancelLater)[] = [];
    await jobs.cancel(['a'], (reported) => answers.push(reported));
    expect(answers).toEqual([{ kind: 'answered', canceled: null }]);
  });
});

describe('waiting for a job', () => {
  const patience = (onAway: (isAwayNow: boolean) => void = () => {}, maxAwayMs?: number) => ({
    signal: new AbortController().signal,
    queueEvents: () => Promise.resolve(),
    onAway: (why: unknown) => onAway(why !== null),
    ...(maxAwayMs === undefined ? {} : { maxAwayMs }),
  });
  afterEach(() => open());

  it('outlasts a backend that is away, and says when it is', async () => {
    answer = { item_id: 5, status: 'completed' };
    isDown = true;
    const away: boolean[] = [];
    const ended = waitForJob(
      client,
      5,
      patience((isAwayNow) => {
        away.push(isAwayNow);
        isDown = false;
      }),
    );
    expect((await ended)?.item).toMatchObject({ itemId: 5, status: 'completed' });
    expect(away).toEqual([true, false]);
  });

  it('ends when the queue no longer has the job', async () => {
    server.close();
    server = await startTryServer((_asked, response) => answerJson(response, { detail: 'Queue item with id 5 not found' }, 404));
    client = createJsonClient({ peer: INVOKEAI_PEER, port: server.port, agent: new Agent() });
    expect(await waitForJob(client, 5, patience())).toBeNull();
  });

  it('gives up after the longest absence, with its reason', async () => {
    isDown = true;
    await expect(
      waitForJob(
        client,
        5,
        patience(() => {}, 0),
      ),
    ).rejects.toMatchObject({ panelError: { code: 'invokeai-broke-off' } });
  });

  it('does not repeat what was refused', async () => {
    const work = vi.fn(async () => client.json({ path: '/x' }));
    answer = undefined;
    server.close();
    server = await startTryServer((_asked, response) => answerJson(response, { detail: 'no' }, 500));
    client = createJsonClient({ peer: INVOKEAI_PEER, port: server.port, agent: new Agent() });
    await expect(retryWhileAway(work, patience())).rejects.toMatchObject({ panelError: { code: 'invokeai-refused' } });
    expect(work).toHaveBeenCalledTimes(1);
    expect(isAway(new Error('a bug of the panel'))).toBe(false);
    const isAwayBy = (code: string) => isAway(new PanelException({ code, layer: 'backend', message: 'x', hint: 'y', retryable: true }));
    for (const code of ['tunnel-refused', 'ssh-connection-lost', 'invokeai-slow', 'invokeai-broke-off', 'invokeai-unreachable'])
      expect([code, isAwayBy(code)]).toEqual([code, true]);
    for (const code of ['tunnel-not-allowed', 'invokeai-refused', 'invokeai-too-old', 'queue-full', 'invokeai-certificate-changed'])
      expect([code, isAwayBy(code)]).toEqual([code, false]);
  });
});
