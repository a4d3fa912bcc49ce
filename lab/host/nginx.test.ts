import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { PATIENCE } from '../../fixtures/patience.ts';
import { type Lab, startLab } from '../lab.ts';
import { INVOKEAI, NGINX, SHIM } from '../systemd/unit-definitions.ts';
import { sendRequest, type TriedReply } from '../testing/http.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
  lab.break('nobody-else');
});
afterAll(() => lab.close());
afterEach(async () => {
  lab.repair();
  lab.break('nobody-else');
  await vi.waitUntil(() => [7860, 9090, 9091].every((port) => lab.portOf(port) !== null), PATIENCE);
});

const get = (path: string): Promise<TriedReply> => sendRequest(`http://127.0.0.1:${lab.portOf(7860)}${path}`);

async function change(name: string, verb: 'start' | 'stop'): Promise<void> {
  const unit = lab.simulation.units.units.get(name);
  if (unit === undefined) throw new Error(`no unit ${name}`);
  await new Promise((resolve) => lab.simulation.units[verb](unit, resolve));
}

describe('nginx of the simulated host', () => {
  it('says ok by itself, whatever is behind it, under two content types and for whatever begins like it', async () => {
    await change(SHIM, 'stop');
    await change(INVOKEAI, 'stop');
    const types = await new Promise<readonly string[]>((resolve, reject) => {
      request({ port: lab.portOf(7860), path: '/healthz' }, (reply) => {
        reply.resume();
        resolve(reply.rawHeaders.filter((_, index) => /^content-type$/i.test(reply.rawHeaders[index - 1] ?? '')));
      })
        .once('error', reject)
        .end();
    });
    expect(types).toEqual(['application/octet-stream', 'text/plain']);
    expect(await get('/healthzfoo')).toMatchObject({ status: 200, body: 'ok\n' });
    await change(INVOKEAI, 'start');
    await change(SHIM, 'start');
  });

  it('sends each path where it belongs', async () => {
    expect((await get('/v1/models')).body).toMatchObject({ object: 'list' });
    expect((await get('/v1/app/version')).body).toEqual({ version: '6.14.0' });
    expect((await get('/api/v1/app/version')).body).toEqual({ version: '6.14.0' });
    expect((await get('/readyz')).status).toBe(200);
    // Not the shim's: InvokeAI has no such route, and its page answers.
    expect((await get('/v1/images/edits')).type).toContain('text/html');
    expect((await get('/anything')).type).toContain('text/html');
  });

  it('tells by the kind of its error which layer is away', async () => {
    lab.break('shim-down');
    await vi.waitUntil(() => lab.portOf(9091) === null, PATIENCE);
    expect(await get('/readyz')).toMatchObject({ status: 502, type: 'text/html' });
    expect((await get('/v1/app/version')).status).toBe(200);
    lab.repair('shim-down');
    lab.break('invokeai-down');
    await vi.waitUntil(() => lab.portOf(9090) === null && lab.portOf(9091) !== null, PATIENCE);
    expect(await get('/api/v1/app/version')).toMatchObject({ status: 502, type: 'text/html' });
    const ready = await get('/readyz');
    expect([ready.status, ready.type.split(';')[0]]).toEqual([503, 'application/json']);
  });

  it('is not there at all while its unit is stopped, and on the same port again afterwards', async () => {
    const port = lab.portOf(7860);
    await change(NGINX, 'stop');
    await vi.waitUntil(() => lab.portOf(7860) === null, PATIENCE);
    await expect(sendRequest(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow('ECONNREFUSED');
    await change(NGINX, 'start');
    await vi.waitUntil(() => lab.portOf(7860) !== null, PATIENCE);
    expect(lab.portOf(7860)).toBe(port);
  });

  it('passes on what the shim garbles', async () => {
    lab.break('shim-malformed-json');
    await expect(get('/v1/models')).rejects.toThrow(SyntaxError);
    lab.repair('shim-malformed-json');
    lab.break('shim-truncated-json');
    await expect(get('/v1/models')).rejects.toThrow('aborted');
    lab.repair('shim-truncated-json');
    lab.break('shim-body-10-mb');
    // It is JSON all the same, only far too long.
    expect((await get('/v1/models')).body).toMatchObject({ object: 'list' });
  });

  it('passes on what InvokeAI garbles', async () => {
    lab.break('invokeai-truncated-json');
    await expect(get('/api/v1/app/version')).rejects.toThrow();
    lab.repair('invokeai-truncated-json');
    lab.break('invokeai-malformed-json');
    await expect(get('/api/v1/app/version')).rejects.toThrow(SyntaxError);
  });

  it('loses its power with the machine', async () => {
    lab.break('rebooted');
    expect(lab.portOf(7860)).toBeNull();
    await vi.waitUntil(() => lab.portOf(7860) !== null, PATIENCE);
  });
});
