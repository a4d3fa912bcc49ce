import { z } from 'zod';
import { isRecord } from '../../../shared/record.ts';

/** The readable part of a document, and the places (`ssh.keepaliveSeconds`) that could not be read. */
export interface Understood<T> {
  readonly value: T;
  readonly unknownEntries: readonly string[];
}

/**
 * Reads a document part by part: what fits the schema is taken, what does not is replaced by its part of `fallback`, or left out of
 * a record or list. No part is read as a weaker setting: an entry that lacks a required part is omitted completely.
 */
export function readLeniently<T>(schema: z.ZodType<T>, raw: unknown, fallback: T): Understood<T> {
  const unknownEntries: string[] = [];
  const value = readPart(schema, raw, fallback, '', unknownEntries);
  // Only parts that fit were put together, and the last check is the schema's own.
  const checked = schema.safeParse(value);
  return checked.success ? { value: checked.data, unknownEntries } : { value: fallback, unknownEntries: [''] };
}

function readPart(schema: z.core.$ZodType, raw: unknown, fallback: unknown, path: string, missed: string[]): unknown {
  const whole = z.safeParse(schema, raw);
  if (whole.success) return whole.data;
  if (schema instanceof z.ZodReadonly || schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    return readPart(schema.def.innerType, raw, fallback, path, missed);
  if (schema instanceof z.ZodNullable) return readPart(schema.def.innerType, raw, fallback ?? null, path, missed);
  const below = (key: string | number): string => (path === '' ? String(key) : `${path}.${key}`);
  if (schema instanceof z.ZodObject && isRecord(raw)) {
    const ofFallback = isRecord(fallback) ? fallback : {};
    const parts = Object.entries(schema.def.shape).flatMap(([key, part]): [string, unknown][] => {
      const given = Object.hasOwn(raw, key) ? raw[key] : undefined;
      const value = readPart(part, given, ofFallback[key], below(key), missed);
      return value === undefined ? [] : [[key, value]];
    });
    const checked = z.safeParse(schema, Object.fromEntries(parts));
    return checked.success ? checked.data : fallback;
  }
  if (schema instanceof z.ZodRecord && isRecord(raw)) {
    const entries = Object.entries(raw).flatMap(([key, part]): [string, unknown][] => {
      const isKey = z.safeParse(schema.def.keyType, key).success;
      if (!isKey) missed.push(below(key));
      const value = isKey ? readPart(schema.def.valueType, part, undefined, below(key), missed) : undefined;
      return value === undefined ? [] : [[key, value]];
    });
    return Object.fromEntries(entries);
  }
  if (schema instanceof z.ZodArray && Array.isArray(raw)) {
    return raw.flatMap((part: unknown, index) => {
      const value = readPart(schema.def.element, part, undefined, below(index), missed);
      return value === undefined ? [] : [value];
    });
  }
  // A part that is simply not there is an older version's, and no trouble.
  if (raw !== undefined || fallback === undefined) missed.push(path);
  return fallback;
}
