import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServiceUnit } from '../../../shared/capabilities/services/contract.ts';
import { diagnose } from '../../../shared/diagnosis/diagnose.ts';
import { silentInvokeAi, snapshot } from '../../../shared/diagnosis/testing/snapshots.ts';
import { vramByUnit } from '../../../shared/gpu-summary.ts';
import { describeBoot, describeLastResult, describeProgress, describeSince, describeUnit, describeUnits } from './text.ts';
import { moved, offers } from './verbs.ts';

const unitOf = (over: Partial<ServiceUnit> = {}): ServiceUnit => ({
  name: 'invokeai.service',
  description: 'InvokeAI',
  loadState: 'loaded',
  activeState: 'active',
  subState: 'running',
  result: 'success',
  unitFileState: 'enabled',
  type: 'simple',
  mainPid: 7,
  execMainCode: null,
  execMainStatus: null,
  restarts: 0,
  memoryCurrentBytes: null,
  cpuUsageNs: null,
  cpuPercent: null,
  tasksCurrent: null,
  activeEnteredAt: 1000,
  stateChangedAt: 1000,
  invocationId: null,
  fragmentPath: null,
  needsDaemonReload: false,
  job: null,
  requiredBy: [],
  verdict: { tone: 'good', word: 'running', why: null },
  pinned: true,
  takenAt: 0,
  ...over,
});

describe('text of a unit', () => {
  it('counts the time in a state by the host’s clock and never below zero', () => {
    expect(describeSince(unitOf(), 61_000)).toBe('1 min');
    expect(describeSince(unitOf(), 0)).toBe('0 s');
    expect(describeSince(unitOf({ activeEnteredAt: null, stateChangedAt: null }), 61_000)).toBe('–');
  });

  it('describes the last result', () => {
    expect(describeLastResult(unitOf({ result: 'exit-code', execMainStatus: 3 }))).toBe('Exited with status 3');
    expect(describeLastResult(unitOf({ result: 'signal', execMainStatus: 9 }))).toBe('Killed by signal 9');
    expect(describeLastResult(unitOf({ result: 'something-new' }))).toBe('something-new');
  });

  it('shows unknown states as systemd names them', () => {
    expect(describeBoot('')).toBe('–');
    expect(describeBoot('transient')).toBe('transient');
  });

  it('offers only what makes sense', () => {
    expect(offers(unitOf(), 'start')).toBe(false);
    expect(offers(unitOf({ activeState: 'failed' }), 'start')).toBe(true);
    expect(offers(unitOf({ activeState: 'activating' }), 'stop')).toBe(true);
    expect(offers(unitOf({ loadState: 'masked', activeState: 'inactive' }), 'start')).toBe(false);
    expect(offers(unitOf({ unitFileState: 'static' }), 'enable')).toBe(false);
    expect(offers(unitOf({ activeState: 'failed' }), 'reset-failed')).toBe(true);
  });

  it('names what needs the operator', () => {
    const bad = unitOf({ name: 'comfyui.service', activeState: 'failed', verdict: { tone: 'bad', word: 'failed', why: null } });
    expect(describeUnits([unitOf(), bad], [])).toEqual({ tone: 'bad', word: '1 of 2 running; failed: comfyui' });
  });

  it('does not call a service good whose program does not respond', () => {
    const links = diagnose(snapshot({ models: silentInvokeAi })).links;
    expect(describeUnit(unitOf(), links)).toEqual({ tone: 'bad', word: 'Not responding on 9090 for 2 min' });
    expect(describeUnits([unitOf()], links)).toEqual({ tone: 'bad', word: '1 of 1 running; not working: invokeai' });
    expect(describeUnit(unitOf(), diagnose(snapshot()).links)).toMatchObject({ tone: 'good' });
  });

  it('does not add up what is not known', () => {
    const held = vramByUnit([
      { unit: 'a.service', memoryUsedMiB: 10 },
      { unit: 'a.service', memoryUsedMiB: 5 },
      { unit: 'b.service', memoryUsedMiB: null },
      { unit: null, memoryUsedMiB: 99 },
    ]);
    expect(held.get('a.service')).toBe(15);
    expect(held.get('b.service')).toBeNaN();
    expect(held.size).toBe(2);
  });

  it('shows the elapsed time of a running action', () => {
    const action = {
      kind: 'running',
      actionId: 'x',
      unit: 'a.service',
      verb: 'restart',
      startedAt: 1000,
      activeState: 'activating',
      subState: 'start',
    } as const;
    expect(describeProgress(action, 4000)).toEqual({ tone: 'busy', word: 'Restarting · 3 s' });
  });
});

describe('moved', () => {
  it('moves one place, keeps everything, and stops at the ends', () => {
    expect(moved(['a', 'b', 'c'], 'b', -1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b', 'c'], 'c', 1)).toEqual(['a', 'b', 'c']);
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1 }), fc.nat(), fc.constantFrom(-1 as const, 1 as const), (units, at, by) => {
        const result = moved(units, units[at % units.length] ?? '', by);
        expect([...result].sort()).toEqual([...units].sort());
      }),
    );
  });
});
