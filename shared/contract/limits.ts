/** Characters in all texts of one request together. */
export const MAX_INPUT_TEXT_CHARS = 1_000_000;
/** Values in one request: members, elements and texts. */
export const MAX_INPUT_PARTS = 50_000;
export const MAX_INPUT_DEPTH = 20;

/**
 * Whether a request of the page is small enough to be checked at all. Each call's schema has narrower maxima; this holds before any of
 * them is looked at. Bytes (typed arrays) count as one part: their schemas bound them.
 */
export function isWithinLimits(raw: unknown): boolean {
  let chars = 0;
  let parts = 0;
  const fits = (value: unknown, depth: number): boolean => {
    parts += 1;
    if (parts > MAX_INPUT_PARTS || depth > MAX_INPUT_DEPTH) return false;
    if (typeof value === 'string') {
      chars += value.length;
      return chars <= MAX_INPUT_TEXT_CHARS;
    }
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return true;
    if (Array.isArray(value)) return value.every((element) => fits(element, depth + 1));
    return Object.entries(value).every(([key, member]) => fits(key, depth + 1) && fits(member, depth + 1));
  };
  return fits(raw, 0);
}
