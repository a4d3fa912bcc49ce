import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PictureId } from '../../../shared/capabilities/gallery/contract.ts';
import { ImageParameters, ROUTE_IDS, type RouteState, type RunTiming } from '../../../shared/capabilities/images/contract.ts';
import { DEFAULTS, sizeProblem } from '../../../shared/image-graphs/rules.ts';
import { defaultRoute, factWords, PRESETS, pictureUrl, ROUTE_TEXT, runTime, SIZES, sizeWords, thumbnailUrl, timingParts } from './words.ts';

const timing: RunTiming = { connectMs: 3, waitMs: 400, generateMs: 2_500, answerMs: 80, transferMs: 12, saveMs: 5, totalMs: 3_000 };
const route = (name: RouteState['route'], isReady: boolean): RouteState => ({
  route: name,
  isSetUp: true,
  isReady,
  said: '',
  models: [],
  schedulers: null,
  mostPixels: null,
});

describe('what can be chosen', () => {
  it('is a size that every model takes, each once, those of the guide among them', () => {
    for (const [width, height] of SIZES) {
      expect(sizeProblem(width, height), sizeWords(width, height)).toBeNull();
      const { shape } = ImageParameters.unwrap();
      expect([shape.width.safeParse(width).success, shape.height.safeParse(height).success]).toEqual([true, true]);
    }
    expect(new Set(SIZES.map(([width, height]) => sizeWords(width, height))).size).toBe(SIZES.length);
    for (const { width, height } of PRESETS) expect(SIZES).toContainEqual([width, height]);
  });

  it('has presets that do what they say and agree with what the shim does by itself', () => {
    for (const { why, base, width, height, steps, guidance } of PRESETS) {
      expect(why).toContain(`${sizeWords(width, height)}, ${steps} steps`);
      const { scheduler: _scheduler, ...usual } = DEFAULTS[base];
      expect({ width, height, steps, guidance }).toEqual(usual);
    }
  });

  it('has words for every route', () => {
    for (const name of ROUTE_IDS) expect(ROUTE_TEXT[name].through).toMatch(/^(through|in) /);
  });
});

describe('the route when none was selected', () => {
  const none = { ...route('gateway', false), isSetUp: false };

  it('is a gateway that is set up, ready or not, and as long as nothing is known', () => {
    expect(defaultRoute([route('gateway', true), route('shim', true)], null)).toBe('gateway');
    expect(defaultRoute([route('gateway', false), route('shim', true), route('backend', true)], 'gateway')).toBe('gateway');
    expect(defaultRoute([], null)).toBe('gateway');
  });

  it('is without a gateway the first that was ready, and stays that when it no longer is', () => {
    expect(defaultRoute([none, route('shim', false), route('backend', true)], null)).toBe('backend');
    expect(defaultRoute([none, route('shim', true), route('backend', false)], 'backend')).toBe('backend');
    expect(defaultRoute([none, route('shim', false), route('backend', false)], null)).toBe('shim');
  });

  it('is never a gateway that nobody set up, also when nothing is ready', () => {
    const ready = fc.boolean();
    fc.assert(
      fc.property(ready, ready, fc.option(fc.constantFrom(...ROUTE_IDS)), (shim, backend, before) => {
        expect(defaultRoute([none, route('shim', shim), route('backend', backend)], before)).not.toBe('gateway');
      }),
    );
  });
});

it('a value is a fact only when it was reported', () => {
  expect([factWords(5, 4), factWords(null, 4), factWords(null, null), factWords(0, 1)]).toEqual([
    '5',
    '4 (requested)',
    'not reported',
    '0',
  ]);
});

describe('where the time of a run went', () => {
  const labels = (change: Partial<RunTiming>) => timingParts({ ...timing, ...change }).map(({ label }) => label);

  it('is told in the order it went', () => {
    expect(labels({})).toEqual(['connect', 'wait', 'generate', 'network', 'transfer', 'save']);
  });

  it('is one part where waiting and generating cannot be told apart', () => {
    expect(labels({ waitMs: null, generateMs: null })).toEqual(['connect', 'wait and generate', 'transfer', 'save']);
  });

  it('leaves out what took no time, and adds up to what was measured', () => {
    expect(labels({ connectMs: 0.2, waitMs: 0, answerMs: null })).toEqual(['generate', 'transfer', 'save']);
    const ms = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        ms,
        fc.option(ms),
        fc.option(ms),
        fc.option(ms),
        ms,
        ms,
        (connectMs, waitMs, generateMs, answerMs, transferMs, saveMs) => {
          const parts = timingParts({ connectMs, waitMs, generateMs, answerMs, transferMs, saveMs, totalMs: 0 });
          const shown = parts.reduce((sum, part) => sum + part.ms, 0);
          const measured = connectMs + (waitMs ?? 0) + (generateMs ?? 0) + (answerMs ?? 0) + transferMs + saveMs;
          expect(measured - shown).toBeGreaterThanOrEqual(-1e-6);
          expect(measured - shown).toBeLessThan(3);
          expect(new Set(parts.map(({ key }) => key)).size).toBe(parts.length);
        },
      ),
    );
  });
});

it('a run is timed by tenths, and from a minute on as people say it', () => {
  expect([120, 2_740, 59_900, 60_000, 72_400].map(runTime)).toEqual(['120 ms', '2.7 s', '59.9 s', '1 min', '1 min 12 s']);
});

it('the address of a picture is its name and nothing else', () => {
  const pictureId = PictureId.parse('20260504-120000-deadbeef');
  expect(pictureUrl({ pictureId })).toBe('/pictures/20260504-120000-deadbeef.png');
  expect(thumbnailUrl({ pictureId })).toBe('/thumbnails/20260504-120000-deadbeef.png');
});
