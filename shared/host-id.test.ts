import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshHostId } from './host-id.ts';
import { HostId } from './identifiers.ts';
import { lookup } from './lookup.ts';

const among =
  (...taken: readonly string[]) =>
  (id: string) =>
    taken.includes(id);

describe('the id of a new host', () => {
  it.each([
    ['Ada 2!', [], 'ada-2'],
    ['ada2', ['ada2', 'ada2-2'], 'ada2-3'],
    ['lab', [], 'lab-2'],
    ['Lab: bare', [], 'lab-bare-2'],
    ['…', [], 'host'],
    ['constructor', [], 'constructor-2'],
  ] as const)('of %s beside %j is %s', (label, taken, id) => {
    expect(freshHostId(label, among(...taken))).toBe(id);
  });

  it('is always one of the contract', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom(...Object.getOwnPropertyNames(Object.prototype))), (label) => {
        expect(HostId.safeParse(freshHostId(label, among('host', 'a'))).success).toBe(true);
      }),
    );
  });
});

describe('a look-up by a key from outside', () => {
  it('finds only what the table itself has', () => {
    const table = { a: 1 };
    for (const key of ['constructor', '__proto__', 'toString', 'b', null, undefined]) expect(lookup(table, key)).toBeUndefined();
    expect(lookup(table, 'a')).toBe(1);
  });
});
