import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMarkerGate } from './marker.ts';

const MARKER = 'ada-00ff';

describe('the marker before a command’s output', () => {
  it('lets through exactly what comes after it, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.uint8Array({ maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (before, after, size) => {
          const gate = createMarkerGate(MARKER);
          const all = Buffer.concat([before, Buffer.from(`${MARKER}\n`), after]);
          const passed: Buffer[] = [];
          for (let at = 0; at < all.length; at += size) passed.push(gate.pass(all.subarray(at, at + size)) ?? Buffer.alloc(0));
          expect(Buffer.concat(passed)).toEqual(Buffer.from(after));
          expect(gate.isOpen()).toBe(true);
          expect(gate.preface()).toBe(Buffer.from(before).toString('utf8').slice(0, 2000));
        },
      ),
    );
  });

  it('keeps what came instead of it, and no more than is needed', () => {
    const gate = createMarkerGate(MARKER);
    expect(gate.pass(Buffer.from('This account is currently not available.\n'))).toBeNull();
    expect(gate.preface()).toBe('This account is currently not available.\n');
    for (let n = 0; n < 1000; n += 1) gate.pass(Buffer.alloc(1000, 'x'));
    expect(gate.preface()).toHaveLength(2000);
    expect(gate.isOpen()).toBe(false);
  });
});
