import { outputLines } from '../../../shared/output-lines.ts';

/** One sample of the text format. */
export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = /^[a-zA-Z_:][\w:]{0,200}/;
const LABEL_NAME = /[a-zA-Z_]\w{0,200}$/;
const MAX_LABELS = 64;
const MAX_LABEL_CHARS = 200;

/**
 * Reads the Prometheus text format 0.0.4; comments and unreadable lines are left out.
 * `+Inf`, `-Inf` and `NaN` are numbers there. Linear.
 */
export function parseMetrics(text: string): readonly MetricSample[] {
  return outputLines(text).flatMap((line) => sampleOf(line.trim()) ?? []);
}

function sampleOf(line: string): MetricSample | null {
  const name = NAME.exec(line)?.[0];
  if (name === undefined) return null;
  const read = line[name.length] === '{' ? readLabels(line, name.length + 1) : { labels: {}, end: name.length };
  if (read === null) return null;
  // The value; some exporters append a timestamp.
  const [gap, word = '', , ...more] = line.slice(read.end).split(/[ \t]+/, 4);
  const value = numberOf(word);
  return gap !== '' || value === null || more.length > 0 ? null : { name, labels: read.labels, value };
}

/** The labels from after `{` on, and the place after `}`; null when there is no such place. */
function readLabels(line: string, from: number): { readonly labels: Record<string, string>; readonly end: number } | null {
  const labels: Record<string, string> = {};
  let at = from;
  for (let count = 0; count <= MAX_LABELS; count += 1) {
    const close = line.indexOf('}', at);
    const quote = line.indexOf('"', at);
    if (close >= 0 && (quote < 0 || close < quote)) return { labels, end: close + 1 };
    if (quote < 0) return null;
    const end = endOfValue(line, quote + 1);
    if (end < 0) return null;
    const name =
      line[quote - 1] === '=' ? LABEL_NAME.exec(line.slice(Math.max(at, quote - 1 - MAX_LABEL_CHARS), quote - 1))?.[0] : undefined;
    if (name !== undefined) labels[name] = unquoted(line.slice(quote + 1, end));
    at = end + 1;
  }
  return null;
}

/** The place of the quote that ends a value; a backslash makes the next character part of it. */
function endOfValue(line: string, from: number): number {
  for (let at = from; at < line.length; at += 1) {
    if (line[at] === '\\') at += 1;
    else if (line[at] === '"') return at;
  }
  return -1;
}

function numberOf(word: string): number | null {
  if (/^[+]?Inf$/i.test(word)) return Number.POSITIVE_INFINITY;
  if (/^-Inf$/i.test(word)) return Number.NEGATIVE_INFINITY;
  if (/^NaN$/i.test(word)) return Number.NaN;
  const value = Number(word);
  return word === '' || Number.isNaN(value) ? null : value;
}

const unquoted = (raw: string): string => raw.replace(/\\(.)/g, (_all, letter: string) => (letter === 'n' ? '\n' : letter));
