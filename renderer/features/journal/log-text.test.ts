import { describe, expect, it } from 'vitest';
import { clockOf, rowAsText, stampOf } from './log-text.ts';
import { entryOf } from './test-entries.ts';

const now = new Date(2026, 4, 4, 14, 6, 31, 482).getTime();

describe('texts of rows', () => {
  it('has the time to the millisecond', () => {
    expect(clockOf(now)).toBe('14:06:31.482');
    expect(stampOf(now)).toBe('2026-05-04 14:06:31.482');
  });

  it('names unit, program and process', () => {
    const row = { kind: 'entry', seq: 0, lines: 1, entry: entryOf(1, { at: now, text: 'ready' }) } as const;
    expect(rowAsText(row)).toBe('2026-05-04 14:06:31.482 invokeai invokeai[42]: ready');
  });
});
