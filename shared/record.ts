/** The members of a JSON object whose shape is not known. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value of unknown origin is a JSON object: neither null nor a list. */
export const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
