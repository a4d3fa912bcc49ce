/** Times of a start, in ms since the process began; printed as one JSON line. */
export interface SmokeResult {
  readonly ok: boolean;
  readonly windowMs: number | null;
  readonly lastKnownMs: number | null;
  readonly firstSampleMs: number | null;
  readonly electron: string;
  readonly reason?: string;
}

export type PaintedWhat = 'window' | 'last-known' | 'live-sample';

/** Records when each thing was first painted; the first live sample ends a smoke test. */
export interface PaintLog {
  painted(what: PaintedWhat, atMs: number): void;
  result(): Omit<SmokeResult, 'ok' | 'reason'>;
  readonly window: Promise<void>;
  readonly lastKnown: Promise<void>;
  readonly firstSample: Promise<void>;
}

export function createPaintLog(startedAtMs: number, electron: string, print: (line: string) => void): PaintLog {
  const first = new Map<PaintedWhat, number>();
  let recalled: () => void = () => {};
  const lastKnown = new Promise<void>((resolve) => {
    recalled = resolve;
  });
  let shown: () => void = () => {};
  const window = new Promise<void>((resolve) => {
    shown = resolve;
  });
  let sampled: () => void = () => {};
  const firstSample = new Promise<void>((resolve) => {
    sampled = resolve;
  });
  return {
    painted: (what, atMs) => {
      print(`painted ${what} ${Math.round(atMs)}`);
      if (!first.has(what)) first.set(what, Math.round(atMs - startedAtMs));
      if (what === 'window') shown();
      if (what === 'last-known') recalled();
      if (what === 'live-sample') sampled();
    },
    result: () => ({
      windowMs: first.get('window') ?? null,
      lastKnownMs: first.get('last-known') ?? null,
      firstSampleMs: first.get('live-sample') ?? null,
      electron,
    }),
    window,
    lastKnown,
    firstSample,
  };
}

/** Waits for the lab's first painted sample; on time-out the reason names what was not painted. */
export async function runSmokeTest(log: PaintLog, limitMs: number): Promise<SmokeResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), limitMs);
  });
  const outcome = await Promise.race([log.firstSample, late]);
  clearTimeout(timer);
  const result = log.result();
  if (outcome !== 'late') return { ok: true, ...result };
  const missing = result.windowMs === null ? 'the window was not painted' : 'no live GPU sample was painted';
  return { ok: false, ...result, reason: `${missing} within ${limitMs / 1000} s` };
}
