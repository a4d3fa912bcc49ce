import { describe, expect, it } from 'vitest';
import { enqueueBody, invokeaiGraph } from '../../shared/image-graphs/invokeai.ts';
import { SCHEDULERS } from '../../shared/image-graphs/rules.ts';
import { schemaJudge } from './invokeai-schema.ts';

const ENQUEUE = '/api/v1/queue/default/enqueue_batch';
const judge = schemaJudge();

const image = (base: 'sd-1' | 'sdxl', change: Readonly<Record<string, unknown>> = {}): string => {
  const request = {
    prompt: 'x',
    negativePrompt: '',
    width: 512,
    height: 768,
    steps: 20,
    guidance: 7,
    scheduler: 'euler',
    seed: 1,
    ...change,
  };
  const graph = invokeaiGraph(request, { key: 'k', hash: 'h', name: 'n', base, type: 'main' });
  return JSON.stringify(enqueueBody(graph, { origin: 'panel', destination: 'panel-playground' }));
};
const judged = (body: string): string | null => judge.request('POST', ENQUEUE, JSON.parse(body));

describe('requests to InvokeAI by its own description', () => {
  it.each([
    ['GET', '/api/v2/models/?model_type=main&base_models=sdxl', undefined],
    ['POST', '/api/v2/models/install?source=a&inplace=false', {}],
    ['DELETE', '/api/v2/models/install/0', undefined],
    ['PUT', '/api/v1/queue/default/i/7/cancel', undefined],
    ['POST', '/api/v2/models/hf_login', { token: 'x' }],
  ])('takes %s %s', (method, target, body) => {
    expect(judge.request(method, target, body)).toBeNull();
  });

  it.each([
    ['GET', '/api/v2/modles/', undefined, 'no such path'],
    ['GET', '/api/v2/models', undefined, 'no such path'],
    ['PATCH', '/api/v1/app/version', undefined, 'no PATCH'],
    ['GET', '/api/v2/models/?modeltype=main', undefined, 'no such query: modeltype'],
    ['GET', '/api/v2/models/?model_type=maine', undefined, 'model_type'],
    ['POST', '/api/v2/models/install', {}, 'missing: source'],
    ['POST', '/api/v2/models/install?source=a&inplace=maybe', {}, 'inplace'],
    ['POST', '/api/v2/models/install?source=a', undefined, 'no body'],
    ['DELETE', '/api/v2/models/install/first', undefined, 'id: '],
    ['POST', '/api/v2/models/hf_login', { tokn: 'x' }, 'token'],
    ['PUT', '/api/v1/queue/default/clear', {}, 'a body nobody reads'],
    ['POST', ENQUEUE, {}, 'batch'],
  ])('sees what is wrong with %s %s', (method, target, body, problem) => {
    expect(judge.request(method, target, body)).toContain(problem);
  });

  it.each(['sd-1', 'sdxl'] as const)('takes the image of %s with every scheduler that can be chosen', (base) => {
    for (const scheduler of SCHEDULERS) expect(judged(image(base, { scheduler })), scheduler).toBeNull();
  });

  it('sees a misspelt input of a node, and a value it cannot have', () => {
    expect(judged(image('sd-1').replace('"cfg_scale":', '"cfg_skale":'))).toContain('cfg_skale');
    expect(judged(image('sdxl').replace('"style":', '"stile":'))).toContain('stile');
    expect(judged(image('sd-1', { width: 513 }))).toContain('nodes/noise');
    expect(judged(image('sd-1', { scheduler: 'euler_ancestral' }))).toContain('nodes/denoise');
    expect(judged(image('sd-1', { seed: 2 ** 32 }))).toContain('nodes/noise');
    expect(judged(image('sd-1').replace('"hash":"h",', ''))).toContain('nodes/model');
  });
});
