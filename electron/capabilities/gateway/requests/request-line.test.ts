import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRequestLine } from './request-line.ts';

const TS = 1_795_000_000.25;
const base = {
  duration_ms: 4200.5,
  method: 'POST',
  path: '/v1/images/generations',
  request_id: 'req-1',
  status: 200,
  stream: false,
  ts: TS,
};
const parse = (over: object) => parseRequestLine(JSON.stringify({ ...base, ...over }));

describe('a line of requests.jsonl', () => {
  it('is read as the gateway writes it', () => {
    expect(parse({})).toEqual({
      atMs: 1_795_000_000_250,
      status: 200,
      elapsedMs: 4200.5,
      route: '/v1/images/generations',
      backendClass: null,
    });
    expect(parse({ backend_class: 'ollama' })).toMatchObject({ backendClass: 'ollama' });
  });

  it('has a route without what names one thing, and never a token', () => {
    expect(parse({ path: '/v1/tools/replay/replay-0a1b2c?x=1' })?.route).toBe('/v1/tools/replay/*');
    expect(parse({ path: '/ui/images/1795381473_cbe2221fe0867f2f.png' })?.route).toBe('/ui/images/*');
    expect(parse({ backend_class: 'Bearer abcdefghijklmnopqrstuvwxyz0123456789' })?.backendClass).not.toContain('abcdefghijkl');
    expect(JSON.stringify(parse({ token: 'secret' }))).not.toContain('secret');
  });

  it('takes other spellings of the time, and no line without one, without a path or with another status', () => {
    expect(parse({ ts: TS * 1000 })?.atMs).toBe(TS * 1000);
    expect(parse({ ts: '2026-11-26T10:00:00Z' })?.atMs).toBe(Date.UTC(2026, 10, 26, 10));
    for (const over of [{ ts: null }, { ts: 5 }, { path: 3 }, { status: '200' }, { status: 42 }]) expect(parse(over)).toBeNull();
    expect(parse({ duration_ms: -1 })?.elapsedMs).toBeNull();
  });

  it('throws for no text', () => {
    fc.assert(fc.property(fc.string({ maxLength: 400 }), (text) => void parseRequestLine(text)));
    fc.assert(fc.property(fc.json(), (text) => void parseRequestLine(text)));
  });
});
