import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GpuProcess } from '../../../shared/capabilities/gpu/contract.ts';
import { throttleReasons } from '../../../shared/throttle-reasons.ts';
import { heldBy, holderOf, vramShares } from './vram-shares.ts';

const process = (pid: number, memoryUsedMiB: number | null, unit: string | null): GpuProcess => ({
  gpuUuid: 'GPU-1',
  pid,
  processName: '/usr/bin/python3',
  memoryUsedMiB,
  user: null,
  command: null,
  unit,
  startedAt: null,
});

describe('throttle reasons', () => {
  const words = (bits: number | null) => throttleReasons(bits)?.map((reason) => reason.words);

  it('say what the bits mean, worst first', () => {
    expect(words(0)).toEqual([]);
    expect(words(0x1)).toEqual(['Idle']);
    expect(words(0x44)).toEqual(['Overheating', 'Power limit']);
    expect(throttleReasons(0x4)?.[0]?.tone).toBe('good');
    expect(words(0x200)).toEqual(['Other reason (0x200)']);
    expect(words(2 ** 40)).toEqual(['Other reason (0x10000000000)']);
  });

  it('stay unknown when unknown', () => {
    for (const bits of [null, Number.NaN, Number.POSITIVE_INFINITY, -1]) expect(throttleReasons(bits)).toBeNull();
  });

  it('name one reason a known bit, and one for all others', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff }), (bits) => {
        const known = [...(bits & 0x1ff).toString(2)].filter((bit) => bit === '1').length;
        expect(throttleReasons(bits)).toHaveLength(known + (bits > 0x1ff ? 1 : 0));
      }),
    );
  });
});

describe('VRAM by process', () => {
  it('adds up to the whole, with no part below nothing', () => {
    const processes = fc.array(
      fc.record({
        pid: fc.nat(),
        memory: fc.option(fc.integer({ min: 0, max: 50_000 })),
        unit: fc.constantFrom('a.service', 'b.service', null),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(processes, fc.integer({ min: 0, max: 46_068 }), (given, used) => {
        const shares = vramShares(heldBy(given.map((one) => process(one.pid, one.memory, one.unit))), used, 46_068);
        expect(shares?.reduce((sum, share) => sum + share.share, 0)).toBeCloseTo(1, 9);
        for (const share of shares ?? []) expect(share.memoryMiB).toBeGreaterThan(0);
        const labels = shares?.filter((share) => share.kind === 'holder').map((share) => share.label) ?? [];
        expect(new Set(labels).size).toBe(labels.length);
      }),
    );
  });

  it('sums a unit, sorts, and leaves a rest for the driver', () => {
    const shares = vramShares(heldBy([process(1, 100, 'a.service'), process(2, 500, null), process(3, 150, 'a.service')]), 1000, 2000);
    expect(shares?.map(({ label, memoryMiB }) => [label, memoryMiB])).toEqual([
      ['python3', 500],
      ['a', 250],
      ['Driver and others', 250],
      ['Free', 1000],
    ]);
    expect(vramShares(new Map(), null, 2000)).toBeNull();
    expect(vramShares(new Map(), 5, Number.NaN)).toBeNull();
    expect(holderOf(process(1, 1, 'images-shim.service'))).toBe('images-shim');
  });
});
