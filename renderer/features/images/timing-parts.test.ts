import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunTiming } from '../../../shared/capabilities/images/contract.ts';
import { timingParts } from './timing-parts.ts';

const timing: RunTiming = { connectMs: 3, waitMs: 400, generateMs: 2_500, answerMs: 80, transferMs: 12, saveMs: 5, totalMs: 3_000 };

describe('the timing of a run', () => {
  const labels = (change: Partial<RunTiming>) => timingParts({ ...timing, ...change }).map(({ label }) => label);

  it('lists the parts in their order', () => {
    expect(labels({})).toEqual(['connect', 'wait', 'generate', 'network', 'transfer', 'save']);
  });

  it('is one part where waiting and generating were not reported apart', () => {
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
