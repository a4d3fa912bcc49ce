import { runInNewContext } from 'node:vm';
import { ShimError } from '../../ada2/images-shim/errors.ts';
import { PanelException } from '../../shared/errors.ts';
import type { Parser } from './parser.ts';
import { prefixShapes, SHAPES, type Shape } from './shapes.ts';

export const MEBIBYTE = 2 ** 20;
/** Far beyond every limit: a pattern that would never end is stopped here, and counts as this long. */
const GIVE_UP_MS = 3_000;
const TRIES = 4;

export const shapesOf = (parser: Parser): readonly Shape[] => [...SHAPES, ...parser.prefixes.flatMap(prefixShapes)];

/** CPU time of this process, ms. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * The least CPU time of a few runs, ms: a collection or a compilation may fall into one of them. Stops at the first that is not over
 * `enoughMs`. What the work throws on purpose is part of it; anything else is thrown on.
 */
export function costMs(work: () => unknown, enoughMs: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < TRIES && least > enoughMs; run += 1) {
    const before = cpuMs();
    try {
      // A limit of the virtual machine ends also a pattern that goes back for ever.
      runInNewContext('work()', { work }, { timeout: GIVE_UP_MS });
    } catch (thrown) {
      if (isTimeout(thrown)) return GIVE_UP_MS;
      if (!(thrown instanceof PanelException) && !(thrown instanceof ShimError)) throw thrown;
    }
    least = Math.min(least, cpuMs() - before);
  }
  return least;
}

const isTimeout = (thrown: unknown): boolean =>
  typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';

/** What reading a text once, letter by letter, costs here and now: the peer of every parser. */
export function readOnceMs(text: string): number {
  const readOnce = (): number => {
    let sum = 0;
    for (let at = 0; at < text.length; at += 1) sum = (sum * 31 + text.charCodeAt(at)) | 0;
    return sum;
  };
  const runs = Array.from({ length: 9 }, () => costMs(readOnce, 0)).sort((a, b) => a - b);
  return runs[4] ?? Number.NaN;
}
