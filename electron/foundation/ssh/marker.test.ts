import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMarkerGate } from './marker.ts';

const MARKER = 'ada-00ff';

describe('the markers around a command’s output', () => {
  it('let through exactly what comes between them, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.uint8Array({ maxLength: 60 }),
        fc.constantFrom('', `${MARKER}-end`, `${MARKER}-endbye\n`, `${MARKER}-end${MARKER}-end`),
        fc.constantFrom('', 'a', MARKER, `${MARKER}-en`),
        fc.integer({ min: 1, max: 9 }),
        (before, output, end, lookalike, size) => {
          const gate = createMarkerGate(MARKER);
          const after = Buffer.concat([output, Buffer.from(lookalike)]);
          const all = Buffer.concat([before, Buffer.from(`${MARKER}\n`), after, Buffer.from(end)]);
          const passed: Buffer[] = [];
          for (let at = 0; at < all.length; at += size) passed.push(gate.pass(all.subarray(at, at + size)) ?? Buffer.alloc(0));
          passed.push(gate.rest() ?? Buffer.alloc(0));
          expect(Buffer.concat(passed)).toEqual(after);
          expect(gate.isOpen()).toBe(true);
          expect(gate.preface()).toBe(Buffer.from(before).toString('utf8').slice(0, 2000));
        },
      ),
    );
  });

  it('keep what came instead of them, and no more than is needed', () => {
    const gate = createMarkerGate(MARKER);
    expect(gate.pass(Buffer.from('This account is currently not available.\n'))).toBeNull();
    expect(gate.preface()).toBe('This account is currently not available.\n');
    for (let n = 0; n < 1000; n += 1) gate.pass(Buffer.alloc(1000, 'x'));
    expect(gate.preface()).toHaveLength(2000);
    expect(gate.isOpen()).toBe(false);
    expect(gate.rest()).toBeNull();
  });
});
