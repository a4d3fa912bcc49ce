import type { SeriesKind } from '../../../shared/series-kinds.ts';
import { rowWidth } from '../../../shared/series-kinds.ts';

/** The rows of one subject; `rows` have the columns of the kind. */
export interface CsvSource {
  readonly subject: string;
  readonly rows: Iterable<Float64Array>;
}

/**
 * A header line, then one line per row without line ends; unknown values are empty. Times are ISO 8601 in UTC. With several subjects
 * a column after the time has the name of the subject.
 */
export function* csvLines(kind: SeriesKind, sources: readonly CsvSource[]): Generator<string, void, void> {
  const hasSubject = sources.length > 1;
  yield ['time', ...(hasSubject ? ['subject'] : []), ...kind.metrics].join(',');
  const width = rowWidth(kind);
  for (const { subject, rows } of sources) {
    const name = hasSubject ? [quoted(subject)] : [];
    for (const part of rows) {
      for (let at = 0; at + width <= part.length; at += width) {
        const [atMs = Number.NaN, ...values] = part.subarray(at, at + width);
        yield [new Date(atMs).toISOString(), ...name, ...values.map(cell)].join(',');
      }
    }
  }
}

const cell = (value: number): string => (Number.isNaN(value) ? '' : String(Math.round(value * 1000) / 1000));

/** RFC 4180. An apostrophe keeps a spreadsheet from running a name as a formula, since servers choose names of subjects. */
function quoted(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
