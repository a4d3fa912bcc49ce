import type { FoundCause, OtherRule } from '../../../shared/capabilities/troubleshooting/contract.ts';
import type { SymptomId } from '../../../shared/capabilities/troubleshooting/symptoms.ts';
import { MAX_SENTENCE_CHARS, plainText } from '../../../shared/plain-text.ts';
import { redactSecrets } from '../../../shared/redact.ts';
import { type Evidence, MissingEvidence } from './evidence.ts';
import { DEPTHS, type Found, type Rule, type RuleResult } from './rule.ts';

export interface Diagnosed {
  readonly causes: readonly FoundCause[];
  readonly ruledOut: readonly OtherRule[];
  readonly unknown: readonly OtherRule[];
}

type Outcome = { readonly rule: Rule } & ({ readonly result: RuleResult } | { readonly reason: string });

/** Applies the rules of a symptom to the evidence. Certain causes come before likely ones, and the nearest to the root first. Never throws. */
export function diagnose(symptom: SymptomId, evidence: Evidence, rules: readonly Rule[]): Diagnosed {
  const outcomes = rules.filter(({ symptoms }) => symptoms.includes(symptom)).map((rule) => tested(rule, evidence));
  const causes: { readonly rule: Rule; readonly found: Found }[] = [];
  const ruledOut: OtherRule[] = [];
  const unknown: OtherRule[] = [];
  for (const outcome of outcomes) {
    const { id, title } = outcome.rule;
    if ('reason' in outcome) unknown.push({ rule: id, title, fact: presentable(outcome.reason) });
    else if (outcome.result?.found === true) causes.push({ rule: outcome.rule, found: outcome.result });
    else if (outcome.result !== null) ruledOut.push({ rule: id, title, fact: presentable(outcome.result.fact) });
  }
  const place = ({ rule, found }: (typeof causes)[number]): number => (found.isCertain ? 0 : DEPTHS.length) + DEPTHS.indexOf(rule.depth);
  return { causes: causes.sort((a, b) => place(a) - place(b)).map(({ rule, found }) => causeOf(rule, found)), ruledOut, unknown };
}

function tested(rule: Rule, evidence: Evidence): Outcome {
  try {
    return { rule, result: rule.test(evidence) };
  } catch (thrown) {
    if (thrown instanceof MissingEvidence) return { rule, reason: thrown.message };
    return { rule, reason: `the rule failed: ${String(thrown)}` };
  }
}

const presentable = (text: string): string => redactSecrets(plainText(text, MAX_SENTENCE_CHARS));

const asSentence = (text: string): string => (/[.…]$/.test(text) ? text : `${text}.`);

/** Proof is text of hosts and servers. */
const causeOf = ({ id }: Rule, { cause, isCertain, at, proof, fix }: Found): FoundCause => ({
  rule: id,
  cause: asSentence(presentable(cause)),
  isCertain,
  at,
  proof: proof.map((line) => ({ ...line, text: presentable(line.text) })),
  fix: { ...fix, text: presentable(fix.text) },
});
