import type { CheckInfo, CheckRemedy, CheckVerdict } from '../../../shared/capabilities/checks/contract.ts';
import type { HostAnswers, ReadRequest } from '../../foundation/host-reader/answers.ts';
import type { CheckSources } from './sources.ts';

/** What a check found. */
export interface Finding {
  readonly verdict: CheckVerdict;
  readonly summary: string;
  readonly evidence: readonly string[];
  readonly remedy: CheckRemedy | null;
}

/** What a check wants read on a host, so that all checks together need two commands. */
export interface Reads {
  readonly first: readonly ReadRequest[];
  /** What depends on the first reading, as files that a unit names. */
  second?(answers: HostAnswers): readonly ReadRequest[];
}

/**
 * One check, as data. It asks its own source and never derives its verdict from another check's. What it throws is shown as unknown, with the
 * error as the reason.
 */
export interface Check extends CheckInfo {
  /** On the GPU host, with the rights of the login. */
  readonly reads?: Reads;
  /** On the machine of the gateway. */
  readonly gatewayReads?: Reads;
  /** Asks ahead what takes its time and needs no reading; the sources remember it. */
  begin?(sources: CheckSources): void;
  run(sources: CheckSources): Finding | Promise<Finding>;
}

type Evidence = readonly (string | null | undefined | false)[];
const lines = (evidence: Evidence): readonly string[] => evidence.filter((line): line is string => typeof line === 'string' && line !== '');

export const pass = (summary: string, ...evidence: Evidence): Finding => ({
  verdict: 'pass',
  summary,
  evidence: lines(evidence),
  remedy: null,
});
export const warn = (summary: string, remedy: CheckRemedy, ...evidence: Evidence): Finding => ({
  verdict: 'warn',
  summary,
  evidence: lines(evidence),
  remedy,
});
export const fail = (summary: string, remedy: CheckRemedy, ...evidence: Evidence): Finding => ({
  verdict: 'fail',
  summary,
  evidence: lines(evidence),
  remedy,
});
/** It could not be found out; `remedy` says what would make it possible. */
export const unknown = (summary: string, remedy: CheckRemedy | null = null, ...evidence: Evidence): Finding => ({
  verdict: 'unknown',
  summary,
  evidence: lines(evidence),
  remedy,
});
/** This host has no use for the check. */
export const skipped = (summary: string): Finding => ({ verdict: 'skipped', summary, evidence: [], remedy: null });

export const byHand = (text: string): CheckRemedy => ({ text, recipe: null });
export const byRecipe = (recipe: string, text: string): CheckRemedy => ({ text, recipe });
