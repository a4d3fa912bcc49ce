import type { Fix, ProofLine } from '../../../shared/capabilities/troubleshooting/contract.ts';
import type { SymptomId } from '../../../shared/capabilities/troubleshooting/symptoms.ts';
import { formatClock } from '../../../shared/format.ts';
import type { Listener } from '../setup/host-facts.ts';
import { type Evidence, need, type ServiceName } from './evidence.ts';
import { type LogLine, MAX_LOG_LINES } from './parse-log.ts';

/** From the root to the symptom: a cause of an earlier layer explains those of later ones. */
export const DEPTHS = [
  'hardware',
  'driver',
  'machine',
  'installation',
  'invokeai',
  'models',
  'jobs',
  'shim',
  'nginx',
  'gateway',
  'client',
] as const;
export type Depth = (typeof DEPTHS)[number];

export interface Found {
  readonly found: true;
  readonly cause: string;
  readonly isCertain: boolean;
  readonly at: number | null;
  readonly proof: readonly ProofLine[];
  readonly fix: Fix;
}

export interface RuledOut {
  readonly found: false;
  readonly fact: string;
}

/** Null = this host has no use for the rule. */
export type RuleResult = Found | RuledOut | null;

/** One possible cause, as data. `test` reads only the evidence, and throws MissingEvidence where a part of it is not there. */
export interface Rule {
  readonly id: string;
  /** What it looks for, for the lists of what was ruled out and what could not be looked at. */
  readonly title: string;
  readonly symptoms: readonly SymptomId[];
  readonly depth: Depth;
  test(evidence: Evidence): RuleResult;
}

const MAX_PROOF = 12;
const RECENT_MS = 10 * 60_000;

type Proof = ProofLine | string | null | undefined | false;

interface FoundParts {
  readonly fix: Fix;
  readonly proof: readonly Proof[];
  readonly at?: number | null;
}

const founds =
  (isCertain: boolean) =>
  (cause: string, { fix, proof, at = null }: FoundParts): Found => ({
    found: true,
    cause,
    isCertain,
    at,
    proof: proof
      .filter((line): line is ProofLine | string => (typeof line === 'object' ? line !== null : typeof line === 'string' && line !== ''))
      .slice(0, MAX_PROOF)
      .map((line) => (typeof line === 'string' ? { source: 'reading', at: null, text: line } : line)),
    fix,
  });

/** The facts leave no other explanation. */
export const certain = founds(true);
/** The facts fit, and others could. */
export const likely = founds(false);

export const ruledOut = (fact: string): RuledOut => ({ found: false, fact });

export const proofOf = (source: string, text: string, at: number | null = null): ProofLine => ({ source, at, text });
export const proofLines = (source: string, lines: readonly LogLine[]): readonly ProofLine[] =>
  lines.map(({ at, text }) => proofOf(source, text, at));

export const byHand = (text: string): Fix => ({ text, action: null });
export const byRecipe = (recipe: string, text: string): Fix => ({ text, action: { kind: 'recipe', recipe } });
export const byService = (verb: 'start' | 'restart', unit: string, text: string): Fix => ({
  text,
  action: { kind: 'service', unit, verb },
});
type PageName = Extract<NonNullable<Fix['action']>, { kind: 'page' }>['page'];
export const onPage = (page: PageName, text: string, unit: string | null = null): Fix => ({ text, action: { kind: 'page', page, unit } });

export const UNIT_NAMES: Readonly<Record<ServiceName, string>> = {
  invokeai: 'invokeai.service',
  shim: 'invokeai-openai-images-shim.service',
  nginx: 'nginx.service',
};
export const SERVICE_LABELS: Readonly<Record<ServiceName, string>> = { invokeai: 'InvokeAI', shim: 'The images shim', nginx: 'nginx' };
export const PORTS: Readonly<Record<ServiceName, number>> = { invokeai: 9090, shim: 9091, nginx: 7860 };

/** What is known of who opened a socket. */
export const ownerOf = ({ unit, process }: Listener): string => unit ?? process ?? 'a program that the login may not see';
export const addressOf = ({ address, port }: Listener): string => `${address.includes(':') ? `[${address}]` : address}:${port}`;

/** A rule that looks for words in a log. */
export interface LogRule {
  readonly id: string;
  readonly title: string;
  readonly symptoms: readonly SymptomId[];
  readonly depth: Depth;
  readonly log: ServiceName | 'kernel';
  /** Any of these, in one line. */
  readonly words: readonly string[];
  /** Lines of the service's own run only while it does not answer: what it printed before a start that worked is over. */
  readonly onlyWhileDown?: boolean;
  /** The cause, from the newest line with the words. */
  cause(line: LogLine, all: readonly LogLine[], evidence: Evidence): string;
  fix(line: LogLine, evidence: Evidence): Fix;
  /** Whether the newest line leaves no other explanation; default true. */
  isCertain?(line: LogLine): boolean;
}

/** What a service logged long before the moment, and went on after, need not be the cause. */
export const isRecent = ({ at }: LogLine, { atMs }: Evidence): boolean => at >= atMs - RECENT_MS;

export const linesWith = (lines: readonly LogLine[], words: readonly string[]): readonly LogLine[] =>
  lines.filter(({ text }) => words.some((word) => text.includes(word)));

/** "since 14:02": how far back the log of a service was read, of which only the newest lines are. */
export const readSince = (lines: readonly LogLine[], { fromMs }: Evidence): string =>
  `since ${formatClock(lines.length < MAX_LOG_LINES ? fromMs : (lines[0]?.at ?? fromMs))}`;

/** Lines since the newest starts of a unit, of which there may be fewer. */
export function sinceStart(lines: readonly LogLine[], count = 1): readonly LogLine[] {
  const startsBy = (word: string): readonly number[] =>
    lines.flatMap(({ program, text }, index) => (program === 'systemd' && text.startsWith(word) ? [index] : []));
  // A unit that does not report its readiness has started at once.
  const starts = [startsBy('Starting '), startsBy('Started ')].find((found) => found.length > 0) ?? [];
  return lines.slice(starts.at(-count) ?? 0);
}

/**
 * Lines of the newest start of InvokeAI, since an earlier one may have failed for another reason. While a start has just begun those of the one
 * before count too: what it fails of is printed last.
 */
function ofNewestStart(lines: readonly LogLine[], { units }: Evidence): readonly LogLine[] {
  const unit = units.invokeai.isKnown ? units.invokeai.value : null;
  const hasEnded = unit !== null && (['failed', 'inactive'].includes(unit.activeState) || unit.subState === 'auto-restart');
  return sinceStart(lines, hasEnded ? 1 : 2);
}

/** Lines around the newest match: it and what follows closely, since a traceback names the reason last. */
const around = (lines: readonly LogLine[], match: LogLine): readonly LogLine[] => {
  const at = lines.indexOf(match);
  return lines.slice(Math.max(0, at - 1), at + 3);
};

export const logRule = (rule: LogRule): Rule => ({
  id: rule.id,
  title: rule.title,
  symptoms: rule.symptoms,
  depth: rule.depth,
  test: (evidence) => {
    if (rule.onlyWhileDown && rule.log === 'invokeai') {
      const running = runningFact(evidence);
      if (running !== null) return ruledOut(running);
    }
    const all = need(rule.log === 'kernel' ? evidence.kernel : evidence.logs[rule.log]);
    const lines = rule.onlyWhileDown === true && rule.log === 'invokeai' ? ofNewestStart(all, evidence) : all;
    const matches = linesWith(lines, rule.words);
    const newest = matches.at(-1);
    const source = rule.log === 'kernel' ? 'kernel' : rule.log;
    if (newest === undefined) {
      const since = rule.log === 'kernel' ? 'since the host was started' : readSince(all, evidence);
      return ruledOut(`no “${rule.words[0] ?? ''}” in ${lines.length} lines of the ${source} log ${since}`);
    }
    const proof = [...new Set([...matches.slice(-4), ...around(lines, newest)])].sort((a, b) => a.at - b.at);
    const isSure = (rule.isCertain?.(newest) ?? true) && (rule.onlyWhileDown === true || isRecent(newest, evidence));
    return (isSure ? certain : likely)(rule.cause(newest, matches, evidence), {
      at: newest.at,
      proof: proofLines(source, proof),
      fix: rule.fix(newest, evidence),
    });
  },
});

/** "InvokeAI responds on 9090"; null = it does not. Throws MissingEvidence. */
export function runningFact(evidence: Evidence): string | null {
  const reply = need(evidence.probes.invokeai);
  // A page, or a path that is not there, is another program.
  const isOther = reply.kind === 'reply' && (reply.isPage || reply.status === 404);
  return reply.kind === 'reply' && reply.status < 500 && !isOther ? `InvokeAI responds on 9090 (status ${reply.status})` : null;
}
