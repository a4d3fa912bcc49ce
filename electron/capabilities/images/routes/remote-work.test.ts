import { describe, expect, it } from 'vitest';
import { PanelException } from '../../../../shared/errors.ts';
import { type QueueItem, readQueueItem } from '../../backends/invokeai.ts';
import { gatewayReplyError } from '../../gateway/reply-errors.ts';
import { isOfRun } from './invokeai-follower.ts';
import { describeBatches, describeGatewayWork, describeShimWork, gatewayEndOf } from './remote-work.ts';

function job(change: Readonly<Record<string, unknown>> = {}): QueueItem {
  const item = readQueueItem({
    ...{ item_id: 512, status: 'canceled', origin: 'openai-images-shim:ab12', destination: 'openai-images' },
    ...{ created_at: '2026-05-04 14:06:10.000', session: { graph: { nodes: { p: { prompt: 'a fox' }, n: { seed: 5 } } } } },
    ...change,
  });
  if (item === null) throw new Error('not read');
  return item;
}

describe('what is said of a cancelled run’s work', () => {
  it('through the gateway never claims more than InvokeAI and the gateway reported', () => {
    expect(describeGatewayWork([], null)).toEqual({
      state: 'going-on',
      message: 'The gateway finishes the image; its slot stays in use until then.',
    });
    expect(describeGatewayWork([job({ status: 'in_progress' })], null).message).toContain('could not be cancelled');
    expect(describeGatewayWork([job()], null)).toMatchObject({
      state: 'going-on',
      message: expect.stringMatching(/^InvokeAI cancelled job 512\. .*its slot stays in use/),
    });
    expect(describeGatewayWork([job()], { kind: 'refused' })).toMatchObject({ state: 'ended' });
    expect(describeGatewayWork([job({ status: 'completed' })], { kind: 'images' }).message).toBe(
      'InvokeAI reports job 512 as completed. The gateway finished the request; its images were discarded.',
    );
    expect(describeGatewayWork([], { kind: 'lost', why: 'The connection broke off.' })).toMatchObject({ state: 'unknown' });
  });

  it('by the images shim is unknown unless InvokeAI reports the jobs', () => {
    expect(describeShimWork([]).state).toBe('unknown');
    expect(describeShimWork([job({ status: 'pending' })]).state).toBe('unknown');
    expect(describeShimWork([job()])).toEqual({ state: 'ended', message: 'InvokeAI cancelled job 512.' });
  });

  it('in InvokeAI is what it answered', () => {
    expect(describeBatches({ kind: 'answered', canceled: 2 })).toEqual({ state: 'ended', message: 'InvokeAI cancelled 2 jobs.' });
    expect(describeBatches({ kind: 'answered', canceled: 0 }).message).toContain('no job left');
    expect(describeBatches({ kind: 'answered', canceled: null }).state).toBe('unknown');
    expect(describeBatches({ kind: 'later', why: 'InvokeAI: the connection broke off.' })).toMatchObject({ state: 'unknown' });
  });

  it('tells an answer of the gateway from a lost connection', () => {
    const error = { code: 'gateway-x', layer: 'gateway', message: 'Lost.', hint: '', retryable: true } as const;
    expect(gatewayEndOf(new PanelException({ ...error, facts: { status: '502' } }))).toEqual({ kind: 'refused' });
    expect(gatewayEndOf(new PanelException(error))).toEqual({ kind: 'lost', why: 'Lost.' });
  });

  it.each([
    ['504 of nginx', 504, { 'content-type': 'text/html', server: 'nginx' }, '<html><title>504 Gateway Time-out</title></html>'],
    ['524 of Cloudflare', 524, { 'content-type': 'text/plain' }, 'error code: 524'],
    ['502 of Caddy', 502, { server: 'Caddy' }, ''],
    ['a page with 200', 200, { 'content-type': 'text/html' }, '<html><title>Sign in</title></html>'],
  ])('does not take %s for the gateway’s: it may work on', (_name, status, headers, body) => {
    expect(gatewayEndOf(new PanelException(gatewayReplyError({ status, headers, body }, 0)))).toMatchObject({ kind: 'lost' });
  });

  it('does not call ended what InvokeAI last reported as open', () => {
    expect(describeGatewayWork([job({ status: 'in_progress' })], { kind: 'refused' })).toMatchObject({
      state: 'unknown',
      message: expect.stringContaining('the job may continue'),
    });
    expect(describeGatewayWork([], { kind: 'refused' })).toMatchObject({ state: 'ended' });
  });
});

describe('a job with a run’s seed', () => {
  const sinceMs = Date.UTC(2026, 4, 4, 14, 6, 9);
  const isOurs = (change: object, route: 'gateway' | 'shim' | 'backend' = 'gateway') =>
    isOfRun(job({ ...change }), { route, prompt: ' a fox ', sinceMs });

  it('is of the run by its prompt, its sender and its age', () => {
    expect(isOurs({})).toBe(true);
    expect(isOurs({ destination: null })).toBe(true);
    expect(isOurs({ origin: null, destination: 'panel-playground' }, 'backend')).toBe(true);
  });

  it.each([
    ['another prompt', { session: { graph: { nodes: { p: { prompt: 'a hen' }, n: { seed: 5 } } } } }],
    ['somebody at InvokeAI’s web page', { origin: 'canvas', destination: 'gallery' }],
    ['an earlier request', { created_at: '2026-05-04 14:05:10.000' }],
    ['the Playground’s own route into the queue', { origin: 'panel', destination: 'panel-playground' }],
  ])('is not of the run with %s', (_name, change) => {
    expect(isOurs(change)).toBe(false);
  });
});
