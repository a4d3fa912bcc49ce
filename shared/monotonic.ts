/**
 * Milliseconds, with fractions, of a clock that never goes back and never jumps: for intervals, deadlines and speeds. Stamps are
 * `Date.now()`, which people, time servers and daylight saving set, so that an interval measured by it can last an hour too long.
 */
export const monotonicMs = (): number => performance.now();
