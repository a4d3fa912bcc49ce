import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOTHING_REPORTED, ReportedFacts } from '../../../../shared/capabilities/gallery/contract.ts';
import { PanelException } from '../../../../shared/errors.ts';
import { readOpenAiAnswer } from './openai-answer.ts';

const DATA = Buffer.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]);
const BASE64 = DATA.toString('base64');
const here = { kind: 'here', data: DATA };

const read = (document: unknown) => readOpenAiAnswer(JSON.stringify(document), 4);
function refusal(body: string) {
  try {
    readOpenAiAnswer(body, 4);
  } catch (thrown) {
    if (thrown instanceof PanelException) return thrown.panelError;
    throw thrown;
  }
  return null;
}

describe('an answer with more images than were asked for', () => {
  it('is cut to the request before anything is decoded, and says so', () => {
    const data = Array.from({ length: 2_000 }, () => ({ b64_json: BASE64 }));
    const answer = readOpenAiAnswer(JSON.stringify({ data: [...data, { url: 'not looked at' }] }), 1);
    expect(answer.images).toEqual([here]);
    expect(answer.notes).toEqual(['The response contains 2001 images for a request of 1; the others were discarded.']);
  });
});

describe('where the images of an answer are', () => {
  it('in the answer itself, as base64 or as an address that holds them', () => {
    expect(read({ data: [{ b64_json: BASE64 }] }).images).toEqual([here]);
    expect(read({ data: [{ url: `data:image/png;base64,${BASE64}` }] }).images).toEqual([here]);
    expect(read({ data: [{ url: `data:image/svg+xml;base64,${BASE64}` }] }).images).toEqual([here]);
    expect(read({ data: [{ url: '/ui/images/1_a.png' }, { b64_json: BASE64 }] }).images).toEqual([
      { kind: 'there', path: '/ui/images/1_a.png' },
      here,
    ]);
  });

  it.each([
    ['/ui/images/1795381473_cbe2221fe0867f2f.png', '/ui/images/1795381473_cbe2221fe0867f2f.png'],
    ['https://ai2:8800/ui/images/1_a.png', '/ui/images/1_a.png'],
    ['HTTP://ai2/ui/images/1_a.png?v=1', '/ui/images/1_a.png?v=1'],
    ['https://somewhere.else.example/ui/images/1_a.png', '/ui/images/1_a.png'],
    ['https://user:secret@ai2:8800/ui/images/1_a.png', '/ui/images/1_a.png'],
  ])('%s is asked of the configured address alone', (url, path) => {
    expect(read({ data: [{ url }] }).images).toEqual([{ kind: 'there', path }]);
  });

  it.each([
    ['nothing', ''],
    ['a page with 200', '<!doctype html><html><title>Invoke</title></html>'],
    ['an answer that was cut off', `{"created":1,"data":[{"b64_json":"${BASE64}`],
    ['no document of that kind', '[]'],
    ['nothing but null', 'null'],
    ['no list', '{"data":{"url":"/ui/images/a.png"}}'],
    ['an empty list', '{"created":1,"data":[]}'],
    ['an error with 200', '{"detail":"image backend error: ReadTimeout: "}'],
    ['an empty image', '{"data":[{"b64_json":"","url":null}]}'],
    ['another kind of address', '{"data":[{"url":"file:///etc/passwd"}]}'],
    ['an address without a path', '{"data":[{"url":"https://ai2:8800"}]}'],
    ['one bad image beside a good one', `{"data":[{"b64_json":"${BASE64}"},{"url":"ui/images/a.png"}]}`],
  ])('%s is refused in words', (_name, body) => {
    expect(refusal(body)).toMatchObject({ code: 'images-answer-unreadable', layer: 'backend', message: expect.stringMatching(/\.$/) });
  });

  it('never throws anything else, and every image it finds is data or a path', () => {
    const entry = fc.oneof(
      fc.jsonValue(),
      fc.record(
        { b64_json: fc.oneof(fc.string(), fc.jsonValue()), url: fc.oneof(fc.webUrl(), fc.string(), fc.jsonValue()) },
        { requiredKeys: [] },
      ),
    );
    const about = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom('seeds', 'notes', 'model', 'scheduler', 'upstream', 'elapsed_ms'), fc.jsonValue()),
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.record({ data: fc.array(entry), shim: about, _gateway: about })), (document) => {
        const body = JSON.stringify(document);
        if (refusal(body) !== null) return;
        const answer = readOpenAiAnswer(body, 4);
        // Else the image's record could not be read again.
        expect(answer.reported).toHaveLength(answer.images.length);
        for (const facts of answer.reported) expect(ReportedFacts.parse(facts)).toEqual(facts);
        for (const found of answer.images) {
          expect(found.kind === 'here' ? Buffer.isBuffer(found.data) : found.path.startsWith('/')).toBe(true);
        }
      }),
    );
  });
});

describe('what an answer tells besides', () => {
  it('what the shim says of itself goes before what the gateway passes on', () => {
    const answer = read({
      data: [{ b64_json: BASE64 }],
      model: 'asked',
      shim: { model: 'Dreamshaper 8', seeds: [5], steps: 20, cfg_scale: 1, scheduler: 'euler', notes: ['Rounded up.', 7], elapsed_ms: 900 },
      _gateway: { backend: 'http_openai_images', model: 'gpu_slow', upstream: { seed: 9, model: 'other' } },
    });
    expect(answer).toMatchObject({
      modelUsed: 'Dreamshaper 8',
      reported: [{ seed: 5, steps: 20, guidance: 1, scheduler: 'euler' }],
      notes: ['Rounded up.'],
      elapsedMs: 900,
    });
  });

  it('of the real gateway, model and seed only where the backend reported them', () => {
    const reported = read({
      data: [{ b64_json: BASE64 }],
      _gateway: { backend: 'http_openai_images', model: 'gpu_slow', upstream: { seed: 9 } },
    });
    expect(reported).toMatchObject({ modelUsed: null, reported: [{ ...NOTHING_REPORTED, seed: 9 }], elapsedMs: null, notes: [] });
    // What was asked for is no proof of what was used.
    const request = { seed: 5, steps: 20, cfg_scale: 7 };
    expect(read({ data: [{ b64_json: BASE64 }], _gateway: { model: 'gpu_slow', request } })).toMatchObject({
      modelUsed: null,
      reported: [NOTHING_REPORTED],
    });
  });

  it('gives no image a seed that was not reported for it', () => {
    const seeds = (document: object) =>
      read({ data: [{ b64_json: BASE64 }, { b64_json: BASE64 }], ...document }).reported.map(({ seed }) => seed);
    expect(seeds({ shim: { seeds: [5, 6] } })).toEqual([5, 6]);
    expect(
      seeds({
        data: [
          { b64_json: BASE64, seed: 8 },
          { b64_json: BASE64, seed: 3 },
        ],
      }),
    ).toEqual([8, 3]);
    // The gateway hands on one number, which is the first image's.
    expect(seeds({ _gateway: { upstream: { seed: 9 } } })).toEqual([9, null]);
    expect(seeds({ shim: { seeds: [5, 6, 7] } })).toEqual([null, null]);
    expect(seeds({})).toEqual([null, null]);
  });

  it('of seeds and schedulers only what can be one', () => {
    const about = { seeds: [-1], scheduler: 'x'.repeat(41), steps: 0 };
    expect(read({ data: [{ b64_json: BASE64 }], shim: about }).reported).toEqual([NOTHING_REPORTED]);
    const seedOf = (seed: unknown) => read({ data: [{ b64_json: BASE64 }], seed }).reported[0]?.seed;
    for (const seed of [1.5, 2 ** 32, '5', null]) expect(seedOf(seed), String(seed)).toBeNull();
    expect(seedOf(0)).toBe(0);
  });

  it('says that an address dies soon, and that a gateway could not keep the image', () => {
    expect(read({ data: [{ url: '/ui/images/a.png' }] }).notes).toEqual([expect.stringContaining('15 min')]);
    const inline = { data: [{ url: `data:image/png;base64,${BASE64}` }], _gateway: { backend: 'http_openai_images' } };
    expect(read(inline).notes).toEqual([expect.stringContaining('is not writable')]);
  });
});
