import { describe, expect, it } from 'vitest';
import { createListAge } from './list-age.ts';

describe('the age of a list', () => {
  it('is due at first, then after its time, and at once after a change', () => {
    let now = 0;
    const age = createListAge(1_000, () => now);
    expect(age.isDue()).toBe(true);
    age.reading()();
    expect(age.isDue()).toBe(false);
    now = 1_000;
    expect(age.isDue()).toBe(true);
    age.reading()();
    age.changed();
    expect(age.isDue()).toBe(true);
  });

  it('is due again when it changed while it was read', () => {
    const age = createListAge(1_000, () => 0);
    const done = age.reading();
    age.changed();
    done();
    expect(age.isDue()).toBe(true);
  });
});
