import type { CheckCost, CheckResult } from '../../../shared/capabilities/checks/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { monotonicMs } from '../../../shared/monotonic.ts';
import { MAX_NAME_CHARS, MAX_SENTENCE_CHARS, plainText } from '../../../shared/plain-text.ts';
import { redactSecrets } from '../../../shared/redact.ts';
import type { Check, Finding } from './check.ts';
import type { CheckSources } from './sources.ts';

const MAX_EVIDENCE_LINES = 20;
/** What only reads runs side by side; more would queue in the connection. */
const AT_ONCE = 8;

/** A result without its history. */
export type FreshResult = Omit<CheckResult, 'since'>;

export interface RunProgress {
  readonly onStart: (id: string) => void;
  readonly onResult: (result: FreshResult) => void;
}

/**
 * Runs checks against opened sources: those that read side by side, then those that make images one after the other, then those that load the
 * gateway. Ends early, between checks, when `signal` aborts. Never rejects.
 */
export async function runChecks(
  checks: readonly Check[],
  sources: CheckSources,
  o: RunProgress & { readonly signal: AbortSignal; readonly now: () => number },
): Promise<void> {
  const perform = async (check: Check): Promise<void> => {
    if (o.signal.aborted) return;
    o.onStart(check.id);
    const startedMs = monotonicMs();
    const finding = await findingOf(check, sources);
    if (o.signal.aborted && finding.verdict === 'unknown') return;
    o.onResult({ id: check.id, ...presentable(finding), takenAt: o.now(), elapsedMs: monotonicMs() - startedMs });
  };
  const of = (cost: CheckCost): readonly Check[] => checks.filter((check) => check.cost === cost);
  const waiting = [...of('reads')];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await perform(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  for (const check of [...of('image'), ...of('load')]) await perform(check);
}

async function findingOf(check: Check, sources: CheckSources): Promise<Finding> {
  try {
    return await check.run(sources);
  } catch (thrown) {
    const { message, hint, detail } = toPanelError(thrown);
    return {
      verdict: 'unknown',
      summary: message,
      evidence: detail === undefined ? [] : detail.split('\n'),
      remedy: { text: hint, recipe: null },
    };
  }
}

/** Evidence is text of hosts and servers. */
function presentable({ verdict, summary, evidence, remedy }: Finding) {
  const left = evidence.length - MAX_EVIDENCE_LINES;
  return {
    verdict,
    summary: redactSecrets(plainText(summary, MAX_SENTENCE_CHARS)),
    evidence: [
      ...evidence.slice(0, MAX_EVIDENCE_LINES).map((line) => redactSecrets(plainText(line, MAX_NAME_CHARS))),
      ...(left > 0 ? [`and ${left} more`] : []),
    ],
    remedy: remedy === null ? null : { text: plainText(remedy.text, MAX_SENTENCE_CHARS), recipe: remedy.recipe },
  };
}
