/** Strings that the log store itself adds to the lines. */
export const TEXT = {
  selectedTime: 'Selected time',
  aroundTime: 'Scroll down for later lines.',
  nothingAfter: 'No lines after this time',
  emptyRange: 'No lines in this range',
  wholeRange: 'All lines of this range',
  reopened: 'Stream reopened: lines before the last 2,000 may be missing',
} as const;

export const describeCutRange = (count: number): string =>
  `Newest ${count.toLocaleString('en')} lines of this range. Export the range for all.`;

/** What is wrong with a pattern, from the engine's message without its prefix and the pattern. */
export function describePatternError(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const reason = text.slice(text.lastIndexOf(':') + 1).trim();
  return `Invalid pattern: ${reason === '' ? 'syntax error' : reason.toLowerCase()}`;
}
