import { MAX_TEXT_CHARS, plainLines, plainText } from '../../../shared/plain-text.ts';
import { redactSecrets } from '../../../shared/redact.ts';

/** A stretch of time, epoch ms. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A stretch without data, and why. */
export interface Gap extends Span {
  readonly reason: string;
}

/** Values of evenly spaced buckets over the span; null = no data. */
export interface ChartLine {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

export interface Chart extends Span {
  readonly title: string;
  /** Of the values; empty = a number of something. */
  readonly unit: string;
  /** Bars stand on each other, lines are drawn one over the other. */
  readonly shape: 'lines' | 'bars';
  readonly lines: readonly ChartLine[];
  readonly gaps: readonly Gap[];
  /** Moments such as a restart of the host. */
  readonly marks: readonly { readonly atMs: number; readonly label: string }[];
  /** The chart in words, for Markdown and for who cannot see it. */
  readonly summary: string;
}

export interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
}

export type Block =
  | { readonly kind: 'text'; readonly text: string }
  /** Something that limits what the report can say, or that needs attention. */
  | { readonly kind: 'notice'; readonly text: string }
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [label: string, value: string])[] }
  | { readonly kind: 'table'; readonly columns: readonly Column[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'chart'; readonly chart: Chart }
  | { readonly kind: 'code'; readonly title: string; readonly lines: readonly string[] };

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** A report as data; the writers turn it into files. */
export interface ReportDocument {
  readonly title: string;
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly sections: readonly Section[];
}

/** `GATEWAY_BEARER_TOKENS=…` of files of variables and unit files; other programs do not write names of several secrets so. */
const VARIABLE =
  /((?:token|secret|passw(?:or)?d|passphrase|api_?key|private_?key|access_?key|credential)s?[a-z0-9_]{0,40} {0,4}= {0,4})("[^"\n]*"?|'[^'\n]*'?|[^\s"']+)/gi;
/** A header or a parameter of nginx. */
const DIRECTIVE =
  /((?:_header|_param) {1,8}[a-z0-9_-]{0,60}(?:authorization|token|secret|key|cookie|password)[a-z0-9_-]{0,60} {1,8})[^\n;]+/gi;
const withoutSecrets = (text: string): string => redactSecrets(text).replace(VARIABLE, '$1…').replace(DIRECTIVE, '$1…');

const line = (text: string): string => withoutSecrets(plainText(text, 2_000));
/** A label may be the name of a secret, as of a variable. */
const fact = ([label, value]: readonly [string, string]): readonly [string, string] => {
  const joined = line(`${label}=${value}`);
  const name = plainText(label, 2_000);
  return [withoutSecrets(name), joined.startsWith(`${name}=`) ? line(joined.slice(name.length + 1)) : line(value)];
};

/** The document without secrets, control characters and bidi controls in any text: the only way to the writers. */
export function cleanDocument(document: ReportDocument): ReportDocument {
  return {
    title: line(document.title),
    facts: document.facts.map(fact),
    sections: document.sections.map(({ id, title, blocks }) => ({ id, title: line(title), blocks: blocks.map(cleanBlock) })),
  };
}

function cleanBlock(block: Block): Block {
  switch (block.kind) {
    case 'text':
    case 'notice':
      return { ...block, text: line(block.text) };
    case 'facts':
      return { ...block, rows: block.rows.map(fact) };
    case 'table':
      return {
        ...block,
        columns: block.columns.map((column) => ({ ...column, title: line(column.title) })),
        rows: block.rows.map((row) => row.map(line)),
      };
    case 'chart':
      return { ...block, chart: cleanChart(block.chart) };
    case 'code':
      // As a whole, since a private key has several lines.
      return {
        ...block,
        title: line(block.title),
        lines: withoutSecrets(plainLines(block.lines.join('\n'), MAX_TEXT_CHARS)).split('\n'),
      };
  }
}

const cleanChart = (chart: Chart): Chart => ({
  ...chart,
  title: line(chart.title),
  unit: line(chart.unit),
  summary: line(chart.summary),
  lines: chart.lines.map((one) => ({ ...one, name: line(one.name) })),
  gaps: chart.gaps.map((gap) => ({ ...gap, reason: line(gap.reason) })),
  marks: chart.marks.map((mark) => ({ ...mark, label: line(mark.label) })),
});
