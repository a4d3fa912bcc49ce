import type { CheckResult } from '../../../../shared/capabilities/checks/contract.ts';
import { formatDateTime } from '../../../../shared/format.ts';
import type { ChecksData } from '../data.ts';
import type { Block, Section, Span } from '../document.ts';
import { describeCut, TEXT } from '../text.ts';

const MAX_RUNS = 60;

/** Checks that fail or warn, the worst first, then the oldest first. */
export const openResults = ({ results }: ChecksData): readonly CheckResult[] =>
  results
    .filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')
    .toSorted((a, b) => Number(b.verdict === 'fail') - Number(a.verdict === 'fail') || a.since - b.since);

const WORDS: Readonly<Record<CheckResult['verdict'], string>> = {
  fail: 'Failed',
  warn: 'Warning',
  unknown: 'Unknown',
  pass: 'Passed',
  skipped: 'Not applicable',
};

export function remediesSection(data: ChecksData): Section {
  const open = openResults(data);
  const titles = new Map(data.infos.map(({ id, title }) => [id, title]));
  const newest = data.results.reduce((latest, { takenAt }) => Math.max(latest, takenAt), 0);
  const blocks: Block[] = [];
  if (data.results.length === 0) blocks.push({ kind: 'notice', text: TEXT.noChecks });
  else {
    const unknown = data.results.filter(({ verdict }) => verdict === 'unknown').length;
    blocks.push({
      kind: 'text',
      text: `Newest result: ${formatDateTime(newest)}. ${open.length === 0 ? TEXT.noRemedies : ''}${unknown > 0 ? ` ${unknown} could not be found out.` : ''}`.trim(),
    });
  }
  if (open.length > 0) {
    blocks.push({
      kind: 'table',
      columns: [{ title: 'Check' }, { title: 'Result' }, { title: 'Since' }, { title: 'Found' }, { title: 'Remedy' }],
      rows: open.map(({ id, verdict, since, summary, remedy }) => [
        `${titles.get(id) ?? id} (${id})`,
        WORDS[verdict],
        formatDateTime(since),
        summary,
        remedy === null ? TEXT.none : `${remedy.text} (${remedy.recipe === null ? TEXT.byHand : `recipe ${remedy.recipe}`})`,
      ]),
    });
  }
  return { id: 'remedies', title: TEXT.remedies, blocks };
}

/** Runs of checks in the span, with what failed in each. */
export function checksSection({ history, infos }: ChecksData, span: Span): Section {
  const runs = history.filter(({ startedAt }) => startedAt >= span.fromMs && startedAt < span.toMs).toReversed();
  const titles = new Map(infos.map(({ id, title }) => [id, title]));
  const named = (ids: readonly string[]): string => ids.map((id) => titles.get(id) ?? id).join('; ') || TEXT.none;
  return {
    id: 'checks',
    title: TEXT.checks,
    blocks:
      runs.length === 0
        ? [{ kind: 'text', text: 'No checks ran in this span.' }]
        : [
            ...(runs.length > MAX_RUNS ? [{ kind: 'notice', text: describeCut(MAX_RUNS, runs.length, 'runs') } as const] : []),
            {
              kind: 'table',
              columns: [
                { title: 'Time' },
                { title: 'Passed', isNumber: true },
                { title: 'Failed' },
                { title: 'Warnings' },
                { title: 'By' },
              ],
              rows: runs
                .slice(-MAX_RUNS)
                .map(({ startedAt, counts, failed, warned, by, isComplete }) => [
                  formatDateTime(startedAt),
                  String(counts.pass ?? 0),
                  named(failed),
                  named(warned),
                  `${by}${isComplete ? '' : ', incomplete'}`,
                ]),
            },
          ],
  };
}
