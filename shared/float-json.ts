const MARK = '$float64';

/** JSON that keeps Float64Arrays, with NaN in them as null. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (part instanceof Float64Array ? { [MARK]: [...part] } : part)) ?? 'null';
}

/** The opposite of {@link toJson}; undefined when the text is no JSON. */
export function fromJson(text: string): unknown {
  try {
    return JSON.parse(text, (_key, part: unknown) => {
      if (typeof part !== 'object' || part === null || !(MARK in part)) return part;
      const numbers = part[MARK];
      return Array.isArray(numbers) ? Float64Array.from(numbers, (one: unknown) => (typeof one === 'number' ? one : Number.NaN)) : part;
    });
  } catch {
    return undefined;
  }
}
