import type { CheckCost, CheckResult } from '../../../shared/capabilities/checks/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { monotonicMs } from '../../../shared/monotonic.ts';
import { MAX_NAME_CHARS, MAX_SENTENCE_CHARS, plainText } from '../../../shared/plain-text.ts';
import { redactSecrets } from '../../../shared/redact.ts';
import { beforeAbort } from '../../foundation/timing/before-abort.ts';
import type { Check, Finding } from './check.ts';
import type { CheckSources } from './sources.ts';
import { StillReading } from './still-reading.ts';

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
 * gateway. Ends early, between checks, when `signal` aborts; a reading of the machines is not waited for then. Never rejects.
 */
export async function runChecks(
  checks: readonly Check[],
  sources: CheckSources,
  o: RunProgress & { readonly read: Promise<unknown>; readonly signal: AbortSignal; readonly now: () => number },
): Promise<void> {
  /** False = what it looks at is still read. */
  const perform = async (check: Check): Promise<boolean> => {
    if (o.signal.aborted) return true;
    o.onStart(check.id);
    const startedMs = monotonicMs();
    const finding = await findingOf(check, sources);
    if (finding === 'still-reading') return false;
    // What is found wrong now may only be that its request was cancelled.
    if (o.signal.aborted && finding.verdict !== 'pass') return true;
    o.onResult({ id: check.id, ...presentable(finding), takenAt: o.now(), elapsedMs: monotonicMs() - startedMs });
    return true;
  };
  const of = (cost: CheckCost): readonly Check[] => checks.filter((check) => check.cost === cost);
  /** Runs checks side by side; returns those that have to wait for what is still read. */
  const sideBySide = async (some: readonly Check[]): Promise<readonly Check[]> => {
    const waiting = [...some];
    const early: Check[] = [];
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) if (!(await perform(next))) early.push(next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return early;
  };
  const reading = of('reads');
  for (const check of reading) check.begin?.(sources);
  // Requests over HTTP need not wait until the machines are read.
  const early = await sideBySide(reading.filter(isByHttp));
  await beforeAbort(o.read, o.signal).catch((thrown: unknown) => {
    if (!o.signal.aborted) throw thrown;
  });
  await sideBySide(reading.filter((check) => !isByHttp(check) || early.includes(check)));
  for (const check of [...of('image'), ...of('load')]) await perform(check);
}

const isByHttp = ({ reads, gatewayReads }: Check): boolean => reads === undefined && gatewayReads === undefined;

async function findingOf(check: Check, sources: CheckSources): Promise<Finding | 'still-reading'> {
  try {
    return await check.run(sources);
  } catch (thrown) {
    if (thrown instanceof StillReading) return 'still-reading';
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
