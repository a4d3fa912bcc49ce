import { describe, expect, it } from 'vitest';
import { MEMORY_TOTAL_MIB } from '../base/gpu.ts';
import type { JobResult, LabUnit } from '../systemd/service-manager.ts';
import { INVOKEAI, SHIM } from '../systemd/unit-definitions.ts';
import { Simulation } from './simulation.ts';

const START = 1_795_000_000_000;

function context(seed = 3, historyMs = 60_000): { simulation: Simulation; live(ms: number): void; unit(name: string): LabUnit } {
  const simulation = new Simulation({ seed, nowMs: START, historyMs });
  let now = START;
  return {
    simulation,
    live: (ms) => {
      const end = now + ms;
      while (now < end) {
        now = Math.min(end, now + 1000);
        simulation.advanceTo(now);
      }
    },
    unit: (name) => {
      const unit = simulation.units.units.get(name);
      if (unit === undefined) throw new Error(`no unit ${name}`);
      return unit;
    },
  };
}

describe('Simulation', () => {
  it('has hours of journal behind it at the start', () => {
    const { simulation } = context(20, 3 * 3_600_000);
    const { records } = simulation.journal;
    expect(records.length).toBeGreaterThan(1500);
    expect(records[0]?.realtimeUs).toBeLessThan((START - 10_000_000) * 1000);
    expect(records.every((record, index) => index === 0 || record.realtimeUs > (records[index - 1]?.realtimeUs ?? 0))).toBe(true);
  });

  it('is the same world for the same seed', () => {
    const [one, two] = [context(9, 600_000).simulation, context(9, 600_000).simulation];
    expect(one.journal.records).toEqual(two.journal.records);
    expect(one.gpu.read()).toEqual(two.gpu.read());
  });

  it('lets VRAM, power and utilisation follow an image being made', () => {
    const { simulation, live } = context();
    const readings = Array.from({ length: 60 }, () => {
      live(1000);
      return simulation.gpu.read();
    });
    expect(Math.max(...readings.map((reading) => reading.utilizationGpuPercent))).toBeGreaterThan(80);
    expect(Math.min(...readings.map((reading) => reading.utilizationGpuPercent))).toBe(0);
    expect(Math.max(...readings.map((reading) => reading.powerDrawW))).toBeGreaterThan(200);
    expect(Math.max(...readings.map((reading) => reading.memoryUsedMiB))).toBeGreaterThan(9000);
    for (const reading of readings) {
      expect(reading.memoryUsedMiB + reading.memoryFreeMiB + reading.memoryReservedMiB).toBe(MEMORY_TOTAL_MIB);
      expect(reading.memoryFreeMiB).toBeGreaterThanOrEqual(0);
    }
  });

  it('stops what requires a unit first, frees its VRAM, and takes four seconds to start it', () => {
    const { simulation, live, unit } = context();
    const results: JobResult[] = [];
    simulation.units.stop(unit(INVOKEAI), (result) => results.push(result));
    live(2000);
    expect([unit(SHIM).activeState, unit(INVOKEAI).activeState]).toEqual(['inactive', 'inactive']);
    live(5000);
    expect(simulation.gpu.processes().some((process) => process.processName.includes('invokeai'))).toBe(false);
    const before = unit(INVOKEAI).invocationId;
    simulation.units.start(unit(SHIM), (result) => results.push(result));
    live(2000);
    expect([unit(INVOKEAI).activeState, unit(INVOKEAI).subState, unit(SHIM).activeState]).toEqual(['activating', 'start', 'inactive']);
    expect(unit(INVOKEAI).job).not.toBeNull();
    live(3000);
    expect([unit(INVOKEAI).subState, unit(SHIM).subState]).toEqual(['running', 'running']);
    expect(unit(INVOKEAI).invocationId).not.toBe(before);
    expect(results).toEqual(['done', 'done']);
  });

  it('fails a start with exit status, result and a traceback in that run’s journal', () => {
    const { simulation, live, unit } = context();
    simulation.faults.add('unit-start-fails');
    let result: JobResult | null = null;
    simulation.units.restart(unit(INVOKEAI), (ended) => {
      result = ended;
    });
    live(6000);
    expect(result).toBe('failed');
    expect(unit(INVOKEAI)).toMatchObject({ activeState: 'failed', result: 'exit-code', execMainCode: 1, execMainStatus: 1, mainPid: 0 });
    const lines = simulation.journal.records.filter((record) => record.invocationId === unit(INVOKEAI).invocationId);
    expect(lines.map((record) => record.message)).toContain('Traceback (most recent call last):');
    simulation.units.resetFailed(unit(INVOKEAI));
    expect(unit(INVOKEAI).activeState).toBe('inactive');
  });

  it('holds a start that never ends until the fault is fixed', () => {
    const { simulation, live, unit } = context();
    simulation.faults.add('unit-start-never-ends');
    simulation.units.restart(unit(INVOKEAI), () => undefined);
    live(60_000);
    expect(unit(INVOKEAI).activeState).toBe('activating');
    simulation.faults.delete('unit-start-never-ends');
    live(1000);
    expect(unit(INVOKEAI).activeState).toBe('active');
  });

  it('comes back from a reboot with a new boot id and everything started', () => {
    const { simulation, live, unit } = context();
    const before = simulation.bootId;
    simulation.reboot();
    expect(simulation.bootId).not.toBe(before);
    live(6000);
    expect(unit(INVOKEAI).activeState).toBe('active');
    expect(simulation.uptimeS()).toBeCloseTo(6);
  });

  it('floods the journal with 10,000 numbered lines a second', () => {
    const { simulation, live } = context();
    simulation.faults.add('log-flood');
    live(2000);
    const numbers = simulation.journal.records.flatMap((record) => /^flood line (\d+)/.exec(record.message)?.[1] ?? []).map(Number);
    expect(numbers).toEqual(Array.from({ length: 20_000 }, (_, index) => index + 1));
  });
});
