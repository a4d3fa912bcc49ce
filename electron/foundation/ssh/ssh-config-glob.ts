import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, join, parse, sep } from 'node:path';
import { matchesPattern } from './wildcard.ts';

const MAX_FILES = 1_000;
/** Four times the longest name of a file. */
const MAX_PATTERN_LENGTH = 1_020;

/** A letter or a set of letters of a glob(7) pattern. */
type Part = { readonly kind: 'any' } | { readonly kind: 'one'; readonly accepts: (letter: string) => boolean };

/**
 * The paths that an absolute glob(7) pattern names, sorted by their bytes: `*`, `?` and `[0-9]` in any part of it, never a
 * leading dot. Folders that cannot be read name nothing.
 */
export async function expandGlob(pattern: string): Promise<string[]> {
  const { root } = parse(pattern);
  let paths = [root];
  const names = pattern
    .slice(root.length)
    .split(sep === '\\' ? /[\\/]+/ : /\/+/)
    .filter((name) => name !== '');
  for (const [index, name] of names.entries()) {
    const isLast = index === names.length - 1;
    const found = await Promise.all(paths.map(async (folder) => await step(folder, name, isLast)));
    paths = found.flat().slice(0, MAX_FILES);
  }
  return isAbsolute(pattern) ? paths : [];
}

async function step(folder: string, name: string, isLast: boolean): Promise<string[]> {
  if (!/[*?[]/.test(name)) return [join(folder, name)];
  try {
    const found = (await readdir(folder))
      .filter((entry) => (!entry.startsWith('.') || name.startsWith('.')) && matchesGlob(name, entry))
      .sort();
    const paths = found.map((entry) => join(folder, entry));
    if (isLast) return paths;
    const areFolders = await Promise.all(paths.map(async (path) => (await stat(path).catch(() => null))?.isDirectory() === true));
    return paths.filter((_path, index) => areFolders[index]);
  } catch {
    return [];
  }
}

/** Whether one name matches a glob(7) pattern. Linear in pattern times name, whatever the pattern. */
export function matchesGlob(pattern: string, name: string): boolean {
  if (pattern.length > MAX_PATTERN_LENGTH) return false;
  if (!pattern.includes('[')) return matchesPattern(pattern, name);
  const parts = partsOf(pattern);
  const letters = [...name];
  let p = 0;
  let n = 0;
  let star = -1;
  let resume = 0;
  while (n < letters.length) {
    const part = parts[p];
    if (part?.kind === 'any') {
      star = p++;
      resume = n;
    } else if (part?.accepts(letters[n] ?? '')) {
      p += 1;
      n += 1;
    } else if (star >= 0) {
      p = star + 1;
      n = ++resume;
    } else return false;
  }
  return parts.slice(p).every((part) => part.kind === 'any');
}

function partsOf(pattern: string): Part[] {
  const parts: Part[] = [];
  const letters = [...pattern];
  for (let at = 0; at < letters.length; at += 1) {
    const letter = letters[at] ?? '';
    if (letter === '*') parts.push({ kind: 'any' });
    else if (letter === '?') parts.push({ kind: 'one', accepts: () => true });
    else {
      const end = letter === '[' ? endOfSet(letters, at) : -1;
      if (end > 0) {
        parts.push({ kind: 'one', accepts: setOf(letters.slice(at + 1, end)) });
        at = end;
      } else parts.push({ kind: 'one', accepts: (other) => other === letter });
    }
  }
  return parts;
}

/** A `]` that is the first letter of a set belongs to it. */
function endOfSet(letters: readonly string[], start: number): number {
  const first = letters[start + 1] === '!' || letters[start + 1] === '^' ? start + 2 : start + 1;
  return letters.indexOf(']', first + 1);
}

function setOf(body: readonly string[]): (letter: string) => boolean {
  const negated = body[0] === '!' || body[0] === '^';
  const letters = negated ? body.slice(1) : body;
  const ranges: [string, string][] = [];
  for (let at = 0; at < letters.length; at += 1) {
    const from = letters[at] ?? '';
    const isRange = letters[at + 1] === '-' && at + 2 < letters.length;
    ranges.push([from, isRange ? (letters[at + 2] ?? '') : from]);
    if (isRange) at += 2;
  }
  return (letter) => ranges.some(([from, to]) => letter >= from && letter <= to) !== negated;
}
