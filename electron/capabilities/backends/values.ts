import { MAX_SENTENCE_CHARS, plainLines } from '../../../shared/plain-text.ts';
import { type Fields, isRecord } from '../../../shared/record.ts';

/** A text as it may be shown and stored: without control characters, at most MAX_SENTENCE_CHARS. */
export const textOf = (value: unknown): string | null => (typeof value === 'string' ? plainLines(value, MAX_SENTENCE_CHARS) || null : null);

export const numberOf = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);

export const countOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;

export const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isRecord) : []);

/** InvokeAI's queue writes UTC without saying so: `2026-05-04 14:06:31.120`. Epoch ms. */
export function utcOf(value: unknown): number | null {
  const [, day, time] = typeof value === 'string' ? (/^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,3})?)/.exec(value) ?? []) : [];
  const at = day === undefined ? Number.NaN : Date.parse(`${day}T${time}Z`);
  return Number.isNaN(at) ? null : at;
}
