/** One sample of the text format. */
export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/s;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/**
 * Reads the Prometheus text format 0.0.4: comments are left out, and so is any line that makes no sense.
 * `+Inf`, `-Inf` and `NaN` are numbers there.
 */
export function parseMetrics(text: string): readonly MetricSample[] {
  const samples: MetricSample[] = [];
  for (const line of text.split('\n')) {
    const match = SAMPLE.exec(line.trim());
    if (match === null) continue;
    const value = numberOf(match[3] ?? '');
    if (value === null) continue;
    const labels: Record<string, string> = {};
    for (const [, name = '', raw = ''] of (match[2] ?? '').matchAll(LABEL)) labels[name] = unquoted(raw);
    samples.push({ name: match[1] ?? '', labels, value });
  }
  return samples;
}

function numberOf(word: string): number | null {
  if (/^[+]?Inf$/i.test(word)) return Number.POSITIVE_INFINITY;
  if (/^-Inf$/i.test(word)) return Number.NEGATIVE_INFINITY;
  if (/^NaN$/i.test(word)) return Number.NaN;
  const value = Number(word);
  return word === '' || Number.isNaN(value) ? null : value;
}

const unquoted = (raw: string): string => raw.replace(/\\(.)/g, (_all, letter: string) => (letter === 'n' ? '\n' : letter));
