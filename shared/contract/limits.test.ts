import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { HostId } from '../identifiers.ts';
import { calls } from './index.ts';
import { isWithinLimits, MAX_INPUT_DEPTH, MAX_INPUT_PARTS, MAX_INPUT_TEXT_CHARS } from './limits.ts';

/** Places of a schema where a page could send text or lists of any size. */
function unbounded(schema: z.core.$ZodType, path: string): string[] {
  if (schema instanceof z.ZodString) return schema.maxLength === null ? [`${path}: text without a maximum`] : [];
  if (schema instanceof z.ZodArray) {
    const hasMaximum = (schema.def.checks ?? []).some((check) => ['max_length', 'length_equals'].includes(check._zod.def.check));
    return [...(hasMaximum ? [] : [`${path}: list without a maximum`]), ...unbounded(schema.def.element, `${path}[]`)];
  }
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.def.shape).flatMap(([key, part]) => unbounded(part as z.core.$ZodType, `${path}.${key}`));
  if (schema instanceof z.ZodRecord)
    return [...unbounded(schema.def.keyType, `${path}{key}`), ...unbounded(schema.def.valueType, `${path}{value}`)];
  if (schema instanceof z.ZodUnion) return schema.def.options.flatMap((part, index) => unbounded(part, `${path}|${index}`));
  if (schema instanceof z.ZodTuple) return schema.def.items.flatMap((part, index) => unbounded(part, `${path}[${index}]`));
  if (schema instanceof z.ZodPipe) return unbounded(schema.def.in, path);
  if (
    schema instanceof z.ZodReadonly ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodCatch
  )
    return unbounded(schema.def.innerType, path);
  if (schema instanceof z.ZodAny || schema instanceof z.ZodUnknown) return [`${path}: anything`];
  return [];
}

describe('what a page may send', () => {
  it('has a maximum in every text and list of every call', () => {
    expect(calls.flatMap(({ name, input }) => unbounded(input, name))).toEqual([]);
  });

  it('would be found, if it had none', () => {
    const schema = z.object({ a: z.string(), b: z.array(z.string().max(3)).optional(), c: z.record(z.string().max(1), z.unknown()) });
    expect(unbounded(schema, 'x')).toHaveLength(3);
  });

  it('is refused whole before it is read, when it is too much', () => {
    const deep = Array.from({ length: MAX_INPUT_DEPTH + 1 }).reduce<unknown>((inner) => [inner], 1);
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    for (const raw of [deep, loop, 'x'.repeat(MAX_INPUT_TEXT_CHARS + 1), Array.from({ length: MAX_INPUT_PARTS + 1 }, () => 0)])
      expect(isWithinLimits(raw)).toBe(false);
    for (const raw of [undefined, null, { a: ['b', { c: 1 }] }, new Uint8Array(9_000_000)]) expect(isWithinLimits(raw)).toBe(true);
  });

  it.each(['constructor', '__proto__', 'prototype', 'hasOwnProperty', 'valueof', 'toString'])('names no host %s', (id) => {
    const isName = HostId.safeParse(id).success;
    expect(isName && id in {}).toBe(false);
  });
});
