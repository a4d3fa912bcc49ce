import { Agent, request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lab, startLab } from '../lab.ts';

let lab: Lab;
let agent: Agent;
beforeAll(async () => {
  lab = await startLab();
  lab.break('nobody-else');
  lab.break('images-take-1-s');
  agent = new Agent({ ca: lab.gateway.authority });
});
afterAll(async () => {
  agent.destroy();
  await lab.close();
});

function sendRequest(method: string, path: string, body?: string): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${lab.gateway.token}`, 'content-type': 'application/json' };
    const sent = request({ host: 'localhost', port: lab.gateway.apiPort, method, path, headers, agent }, (reply) => {
      let text = '';
      reply.on('data', (part: Buffer) => {
        text += part.toString();
      });
      reply.once('end', () => resolve({ status: reply.statusCode ?? 0, text }));
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
const generate = (fields: unknown) => sendRequest('POST', '/v1/images/generations', JSON.stringify(fields));

describe('the simulated gateway replies as the real one', () => {
  it.each(['null', '[]', '"text"', '7'])('a body that is JSON and no object, %s, is a 500 in plain text', async (body) => {
    expect(await sendRequest('POST', '/v1/images/generations', body)).toEqual({ status: 500, text: 'Internal Server Error' });
  });

  it.each([
    [{ n: '2.9' }, 400, /invalid literal for int\(\)/],
    [{ n: '' }, 400, /invalid literal for int\(\)/],
    [{ n: null }, 502, /image backend error: TypeError/],
    [{ size: '0x512' }, 400, /size/],
    [{ size: null }, 400, /size must be like/],
    [{ size: '2048x1024' }, 400, /size too large/],
    [{ response_format: 7 }, 502, /image backend error/],
  ])('%j: %i', async (fields, status, words) => {
    const reply = await generate({ prompt: 'p', ...fields });
    expect(reply.status).toBe(status);
    expect(JSON.parse(reply.text).detail).toMatch(words);
  });

  it('a refusal of the backend comes in the words of httpx, to their last line', async () => {
    const { status, text } = await generate({ prompt: 'p', model: 'nobody has it' });
    expect(status).toBe(502);
    expect(JSON.parse(text).detail).toMatch(
      /^image backend error: HTTPStatusError: Client error '400 model_not_found: .*' for url 'http:\/\/ada2:7860\/v1\/images\/generations'\nFor more information check: https:\/\/\S+\/400$/,
    );
  });

  it('echoes any id as a model', async () => {
    expect(JSON.parse((await sendRequest('GET', '/v1/models/whatever')).text)).toMatchObject({ id: 'whatever', object: 'model' });
  });
});
