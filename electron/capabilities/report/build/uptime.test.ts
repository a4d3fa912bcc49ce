import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UnitChange, UnitPast } from '../data.ts';
import { at, constant, SPAN } from '../testing/report-data.ts';
import { uptimeOfLink, uptimeOfUnit } from './uptime.ts';

const HOUR_MS = 3_600_000;
const BOOTS = [{ fromMs: at(-100), toMs: at(48) }];
const change = (hour: number, kind: UnitChange['kind']): UnitChange => ({ atMs: at(hour), kind, text: kind });
const unit = (changes: readonly UnitChange[], activeState = 'active'): UnitPast => ({
  name: 'invokeai.service',
  changes,
  isCut: false,
  isDisabled: false,
  activeState,
});

describe('the uptime of a unit by the journal', () => {
  it('is that of its present state where nothing changed', () => {
    expect(uptimeOfUnit(unit([]), BOOTS, SPAN)).toEqual({ upMs: 48 * HOUR_MS, knownMs: 48 * HOUR_MS, downs: [] });
    expect(uptimeOfUnit(unit([], 'failed'), BOOTS, SPAN)).toMatchObject({ upMs: 0, knownMs: 48 * HOUR_MS });
  });
  it('is not that of a change after the span', () => {
    expect(uptimeOfUnit(unit([change(60, 'stopping')], 'inactive'), BOOTS, SPAN)).toEqual({
      upMs: 48 * HOUR_MS,
      knownMs: 48 * HOUR_MS,
      downs: [],
    });
    expect(uptimeOfUnit(unit([change(60, 'started')]), BOOTS, SPAN)).toMatchObject({ upMs: 0, knownMs: 48 * HOUR_MS });
  });
  it('counts the time between an end and the next start as down', () => {
    const { upMs, downs } = uptimeOfUnit(unit([change(10, 'stopping'), change(10.1, 'down'), change(12, 'started')]), BOOTS, SPAN);
    expect(upMs).toBe(46 * HOUR_MS);
    expect(downs).toEqual([{ fromMs: at(10), toMs: at(12) }]);
  });
  it('is down between two boots, and knows nothing from before the journal', () => {
    const boots = [
      { fromMs: at(8), toMs: at(20) },
      { fromMs: at(21), toMs: at(48) },
    ];
    const { upMs, knownMs, downs } = uptimeOfUnit(unit([change(19.5, 'stopping'), change(21.5, 'started')]), boots, SPAN);
    expect(knownMs).toBe(40 * HOUR_MS);
    expect(downs).toEqual([{ fromMs: at(19.5), toMs: at(21.5) }]);
    expect(upMs).toBe(38 * HOUR_MS);
  });
  it('does not guess the state before a change that does not imply it', () => {
    const boots = [
      { fromMs: at(-100), toMs: at(20) },
      { fromMs: at(21), toMs: at(48) },
    ];
    // The host lost power: nothing says whether the unit ran before.
    expect(uptimeOfUnit(unit([change(22, 'started')]), boots, SPAN).knownMs).toBe(28 * HOUR_MS);
    expect(uptimeOfUnit({ ...unit([change(22, 'started')]), isCut: true }, BOOTS, SPAN).knownMs).toBe(26 * HOUR_MS);
    expect(uptimeOfUnit({ ...unit([]), activeState: null }, BOOTS, SPAN).knownMs).toBe(0);
  });
  it('never knows more than the span, nor is up longer than known', () => {
    const changes = fc.array(
      fc.record({ hour: fc.double({ min: -5, max: 60, noNaN: true }), kind: fc.constantFrom('started', 'stopping', 'down', 'scheduled') }),
    );
    fc.assert(
      fc.property(changes, fc.boolean(), (all, isCut) => {
        const past = {
          ...unit(all.map(({ hour, kind }) => change(hour, kind as UnitChange['kind'])).sort((a, b) => a.atMs - b.atMs)),
          isCut,
        };
        const { upMs, knownMs, downs } = uptimeOfUnit(past, BOOTS, SPAN);
        const downMs = downs.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
        expect(upMs).toBeGreaterThanOrEqual(0);
        expect(knownMs).toBeLessThanOrEqual(48 * HOUR_MS + 1);
        expect(upMs + downMs).toBeCloseTo(knownMs, 3);
      }),
    );
  });
});

it('counts the time of a link that was observed, not the span', () => {
  expect(uptimeOfLink(constant(1, 0, 10, 120), 30_000)).toMatchObject({ upMs: 10 * HOUR_MS, knownMs: 10 * HOUR_MS });
  expect(uptimeOfLink(constant(Number.NaN, 0, 10, 120), 30_000)).toMatchObject({ upMs: 0, knownMs: 0 });
});
