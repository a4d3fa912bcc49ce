/**
 * Milliseconds of a clock that never goes back and never jumps, for intervals, deadlines and speeds; for stamps there is `Date.now()`.
 * The wall clock is set by people, time servers and daylight saving, and an interval measured by it can last an hour too long.
 */
export const monotonicMs = (): number => Math.round(performance.now());
