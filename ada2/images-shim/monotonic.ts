/** Milliseconds of a clock that never jumps, for intervals and deadlines; Node 12 has no global `performance`. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
