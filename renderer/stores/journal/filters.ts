import type { JournalEntry } from '../../../shared/capabilities/journal/contract.ts';
import { parseLogPrefix } from '../../../shared/log-prefix.ts';

/** What lines can be filtered by. `like`: the same message but for its numbers. */
export const FILTER_FIELDS = ['unit', 'level', 'logger', 'identifier', 'pid', 'boot', 'text', 'like'] as const;
export type FilterField = (typeof FILTER_FIELDS)[number];

/** One condition on the lines: those that have the value, or those that do not. */
export interface LogFilter {
  readonly field: FilterField;
  readonly value: string;
  readonly isOut: boolean;
}

/** Only this much of a text is compared. */
const COMPARED_CHARACTERS = 16_384;
const LIKE_CHARACTERS = 400;

/** A message with every number replaced, so that repetitions of one message are equal. */
export function templateOf(text: string): string {
  const begin = parseLogPrefix(text)?.length ?? 0;
  return text.slice(begin, begin + LIKE_CHARACTERS).replace(/0x[0-9a-f]+|[0-9a-f]{8}-[0-9a-f-]{27}|\d+(?:\.\d+)?/gi, '#');
}

/** The value of a field of a line; null = it has none. `text` is the whole message. */
export function fieldValue(entry: JournalEntry, field: FilterField): string | null {
  switch (field) {
    case 'unit':
      return entry.unit === '' ? null : entry.unit;
    case 'level':
      return entry.severity;
    case 'logger':
      return parseLogPrefix(entry.text)?.logger ?? null;
    case 'identifier':
      return entry.identifier === '' ? null : entry.identifier;
    case 'pid':
      return entry.pid === null ? null : String(entry.pid);
    case 'boot':
      return entry.bootId === '' ? null : entry.bootId;
    case 'text':
      return entry.text;
    case 'like':
      return templateOf(entry.text);
  }
}

export const sameFilter = (one: LogFilter, other: LogFilter): boolean =>
  one.field === other.field && one.value === other.value && one.isOut === other.isOut;

/** The filters with one more; the opposite of the same value gives way to it. */
export function withFilter(filters: readonly LogFilter[], added: LogFilter): readonly LogFilter[] {
  return [...filters.filter(({ field, value }) => field !== added.field || value !== added.value), added];
}

export const withoutFilter = (filters: readonly LogFilter[], removed: LogFilter): readonly LogFilter[] =>
  filters.filter((filter) => !sameFilter(filter, removed));

type Test = (entry: JournalEntry) => boolean;

function holds({ field, value }: LogFilter): Test {
  if (field !== 'text') return (entry) => fieldValue(entry, field) === value;
  const wanted = value.toLowerCase();
  return ({ text }) => text.slice(0, COMPARED_CHARACTERS).toLowerCase().includes(wanted);
}

/**
 * Whether a line passes: of the values filtered to, one of each field; of those filtered out, none. Null = no filter, every line passes.
 * Two texts filtered to must both be in the line.
 */
export function filterTest(filters: readonly LogFilter[]): Test | null {
  if (filters.length === 0) return null;
  const out = filters.filter(({ isOut }) => isOut).map(holds);
  const ofField = new Map<string, Test[]>();
  for (const filter of filters.filter(({ isOut }) => !isOut)) {
    const key = filter.field === 'text' ? `text ${filter.value}` : filter.field;
    ofField.set(key, [...(ofField.get(key) ?? []), holds(filter)]);
  }
  const groups = [...ofField.values()];
  return (entry) => !out.some((test) => test(entry)) && groups.every((tests) => tests.some((test) => test(entry)));
}
