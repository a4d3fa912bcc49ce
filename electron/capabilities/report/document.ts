import { MAX_TEXT_CHARS, plainLines, plainText } from '../../../shared/plain-text.ts';
import { findSecrets, redactDocument } from '../../../shared/redact-document.ts';
import { createSecretValues, type SecretValues } from '../../../shared/secret-values.ts';

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

/** `GATEWAY_BEARER_TOKENS = …`, `TOKEN_OF_X=…` as a part of a line. */
const VARIABLE =
  /((?:token|secret|passw(?:or)?d|passphrase|api_?key|private_?key|access_?key|credential)s?[a-z0-9_]{0,40} {0,4}= {0,4})("[^"\n]*"?|'[^'\n]*'?|[^\s"']+)/gi;

/**
 * The document without secrets, control characters and bidi controls in any text: the only way to the writers. `known`: secrets that the
 * panel holds; what a file shows as a secret is removed from all other texts too.
 */
export function cleanDocument(document: ReportDocument, known: readonly string[] = []): ReportDocument {
  const files = document.sections
    .flatMap(({ blocks }) => blocks)
    .flatMap((block) => (block.kind === 'code' ? [{ text: codeOf(block.lines), kind: 'settings' as const }] : []));
  const clean = createCleaner(createSecretValues(known, findSecrets(files)));
  return {
    title: clean.line(document.title),
    facts: document.facts.map(clean.fact),
    sections: document.sections.map(({ id, title, blocks }) => ({ id, title: clean.line(title), blocks: blocks.map(clean.block) })),
  };
}

const codeOf = (lines: readonly string[]): string => plainLines(lines.join('\n'), MAX_TEXT_CHARS);

interface Cleaner {
  line(text: string): string;
  fact(fact: readonly [label: string, value: string]): readonly [string, string];
  block(block: Block): Block;
}

function createCleaner(values: SecretValues): Cleaner {
  const withoutSecrets = (text: string): string =>
    redactDocument(text, { kind: 'log', values, withPrompts: true }).replace(VARIABLE, '$1…');
  const line = (text: string): string => withoutSecrets(plainText(text, 2_000));
  /** A label may be the name of a secret, as of a variable. */
  const fact: Cleaner['fact'] = ([label, value]) => {
    const joined = line(`${label}=${value}`);
    const name = plainText(label, 2_000);
    return [withoutSecrets(name), joined.startsWith(`${name}=`) ? line(joined.slice(name.length + 1)) : line(value)];
  };
  const chart = (one: Chart): Chart => ({
    ...one,
    title: line(one.title),
    unit: line(one.unit),
    summary: line(one.summary),
    lines: one.lines.map((of) => ({ ...of, name: line(of.name) })),
    gaps: one.gaps.map((gap) => ({ ...gap, reason: line(gap.reason) })),
    marks: one.marks.map((mark) => ({ ...mark, label: line(mark.label) })),
  });
  const block = (one: Block): Block => {
    switch (one.kind) {
      case 'text':
      case 'notice':
        return { ...one, text: line(one.text) };
      case 'facts':
        return { ...one, rows: one.rows.map(fact) };
      case 'table':
        return {
          ...one,
          columns: one.columns.map((column) => ({ ...column, title: line(column.title) })),
          rows: one.rows.map((row) => row.map(line)),
        };
      case 'chart':
        return { ...one, chart: chart(one.chart) };
      case 'code': {
        // As a whole, since a private key and a list of tokens have several lines.
        const text = redactDocument(codeOf(one.lines), { kind: 'settings', values, withPrompts: true });
        return { ...one, title: line(one.title), lines: text.split('\n') };
      }
    }
  };
  return { line, fact, block };
}
