import { describeSkipped } from './text.ts';

/** A line of a comparison: in both texts, only in the old one, or only in the new one; `skipped` replaces a run of equal lines. */
export interface DiffLine {
  readonly kind: 'same' | 'gone' | 'new' | 'skipped';
  readonly text: string;
}

const MAX_COMPARISONS = 1_000_000;

/** The lines of `before` and `after`, compared by their longest common subsequence; texts too long to compare are all gone and all new. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  if (old.length * fresh.length > MAX_COMPARISONS) return [...old.map(lineOf('gone')), ...fresh.map(lineOf('new'))];
  return compared(old, fresh);
}

const lineOf =
  (kind: DiffLine['kind']) =>
  (text: string): DiffLine => ({ kind, text });

function compared(old: readonly string[], fresh: readonly string[]): readonly DiffLine[] {
  // common[i][j]: length of the longest common sequence of old[i…] and fresh[j…].
  const common = Array.from({ length: old.length + 1 }, () => new Uint16Array(fresh.length + 1));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    const row = common[i];
    for (let j = fresh.length - 1; row !== undefined && j >= 0; j -= 1) {
      row[j] = old[i] === fresh[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      lines.push({ kind: 'same', text: old[i] ?? '' });
      i += 1;
      j += 1;
    } else if (i < old.length && (j === fresh.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: 'gone', text: old[i] ?? '' });
      i += 1;
    } else {
      lines.push({ kind: 'new', text: fresh[j] ?? '' });
      j += 1;
    }
  }
  return lines;
}

const CONTEXT_LINES = 2;
/** A safe limit for files of settings. */
const MAX_LINES = 20_000;

/** The changes with two equal lines around each; longer runs of equal lines become one `skipped` line. */
export function onlyChanges(lines: readonly DiffLine[]): readonly DiffLine[] {
  const isNear = (index: number): boolean =>
    lines.slice(Math.max(0, index - CONTEXT_LINES), index + CONTEXT_LINES + 1).some((line) => line.kind !== 'same');
  const shown: DiffLine[] = [];
  let skipped = 0;
  for (const [index, line] of lines.entries()) {
    if (!isNear(index)) {
      skipped += 1;
      continue;
    }
    if (skipped > 0) shown.push(skippedLines(skipped));
    skipped = 0;
    shown.push(line);
  }
  if (skipped > 0) shown.push(skippedLines(skipped));
  return shown;
}

const skippedLines = (count: number): DiffLine => ({ kind: 'skipped', text: describeSkipped(count) });

/** A text that ends with a newline has no empty line after it. */
function linesOf(text: string): readonly string[] {
  return text === '' ? [] : (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n', MAX_LINES);
}
