import type { FixAction, FoundCause, ProofLine, TroubleshootingAnswer } from '../../../shared/capabilities/troubleshooting/contract.ts';
import { SYMPTOMS, type SymptomId } from '../../../shared/capabilities/troubleshooting/symptoms.ts';
import { formatClock, formatDateTime, formatDuration, UNKNOWN } from '../../../shared/format.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';

/** Strings of the answers to "Why: …". */
export const TEXT = {
  group: 'Find the cause',
  findCause: 'Find the cause',
  findCauseMenu: 'Why…',
  looking: 'Reading services, logs, GPU, queue and gateway',
  lookingShort: 'Looking for the cause…',
  again: 'Look again',
  cause: 'Cause',
  likelyCause: 'Likely cause',
  noCause: 'No known cause fits',
  noCauseHint:
    'None of the causes below fits what the host and the gateway report. Run the checks, or hand a support bundle to somebody who knows the host.',
  checks: 'Run checks',
  fix: 'Fix',
  alsoFound: 'Also found',
  noReadings: 'No readings',
  copy: 'Copy answer',
  copied: 'Copied',
} as const;

export const titleOf = (symptom: SymptomId): string => `Why: ${SYMPTOMS[symptom].title}`;

export const describeRuledOut = (count: number): string => `Ruled out (${count})`;
export const describeUnknown = (count: number): string => `Could not be looked at (${count})`;

export const describeCauseUnknown = (why: string): string => `Cause unknown: ${why}`;

/** "ada2 at 14:02:11 · 812 ms". */
export const describeTaken = (host: string, { takenAt, elapsedMs }: Pick<TroubleshootingAnswer, 'takenAt' | 'elapsedMs'>): string =>
  `${host} at ${formatClock(takenAt)} · took ${formatDuration(elapsedMs)}`;

export const describeVramAt = (at: number): string => `VRAM around ${formatClock(at)}`;

/** One line of proof: "14:02:11  invokeai  CUDA out of memory". */
export const describeProof = ({ at, source, text }: ProofLine): string => `${at === null ? '' : `${formatClock(at)}  `}${source}  ${text}`;

const PAGE_LABELS: Readonly<Record<Extract<FixAction, { kind: 'page' }>['page'], string>> = {
  gpu: 'Open GPU',
  services: 'Open Services',
  logs: 'Show logs',
  models: 'Open Models',
  gateway: 'Open Gateway',
  setup: 'Open Setup',
  settings: 'Open Settings',
};
const VERBS = { start: 'Start', restart: 'Restart' } as const;

/** The label of the button that does the fix. */
export function describeFix(action: FixAction, recipeTitle: string | null): string {
  switch (action.kind) {
    case 'recipe':
      return `Plan ${recipeTitle ?? action.recipe}…`;
    case 'service':
      return `${VERBS[action.verb]} ${shortUnitName(action.unit)}`;
    case 'page':
      return PAGE_LABELS[action.page];
  }
}

const causeText = ({ cause, isCertain, at, proof, fix }: FoundCause): string =>
  [
    `${isCertain ? TEXT.cause : TEXT.likelyCause}: ${cause}`,
    ...(at === null ? [] : [`at ${formatDateTime(at)}`]),
    ...proof.map((line) => `  ${describeProof(line)}`),
    `${TEXT.fix}: ${fix.text}`,
  ].join('\n');

/** The whole answer, for a report; secrets were removed by the main process. */
export function answerAsText(host: string, answer: TroubleshootingAnswer): string {
  const others = (title: string, rows: TroubleshootingAnswer['ruledOut']): string =>
    rows.length === 0 ? '' : `${title}\n${rows.map(({ title: what, fact }) => `  ${what}: ${fact || UNKNOWN}`).join('\n')}`;
  return [
    `${titleOf(answer.symptom)}\n${describeTaken(host, answer)}`,
    ...(answer.causes.length === 0 ? [TEXT.noCause] : answer.causes.map(causeText)),
    others(describeRuledOut(answer.ruledOut.length), answer.ruledOut),
    others(describeUnknown(answer.unknown.length), answer.unknown),
  ]
    .filter(Boolean)
    .join('\n\n');
}
