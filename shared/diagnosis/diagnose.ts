import { lookup } from '../lookup.ts';
import { chainOf, isBroken } from './chain.ts';
import { findProblems } from './problems.ts';
import { ALL_OK, countProblems, SLOW_FACT, STATES } from './text.ts';
import { type Diagnosis, LINKS, type Link, type Problem, type Snapshot } from './types.ts';

const RANK = { critical: 0, warning: 1, info: 2 } as const;

/**
 * The diagnosis of image generation on one host. The chain, the list of problems, page headers, the top bar, the Playground and notices
 * all show its result.
 */
export function diagnose(snapshot: Snapshot): Diagnosis {
  const links = chainOf(snapshot);
  const all = [...findProblems(links, snapshot)].sort(compareProblems);
  const isDismissed = (problem: Problem): boolean => problem.canDismiss && lookup(snapshot.dismissed, problem.id) === problem.occurrence;
  const problems = all.filter((problem) => !isDismissed(problem));
  const dismissed = all.filter(isDismissed);
  const broken = links.find((link) => isBroken(link) && link.causedBy === null) ?? null;
  return { links, broken: broken?.id ?? null, problems, dismissed, summary: summarise(links, { problems, dismissed }) };
}

/** Present before past, worse before milder, earlier links before later ones, newer before older. */
function compareProblems(a: Problem, b: Problem): number {
  if (a.isPast !== b.isPast) return a.isPast ? 1 : -1;
  const byRank = RANK[a.severity] - RANK[b.severity];
  if (byRank !== 0) return byRank;
  const byLink = placeOf(a) - placeOf(b);
  return byLink === 0 ? (b.since ?? 0) - (a.since ?? 0) : byLink;
}

const placeOf = ({ link }: Problem): number => (link === null ? LINKS.length : LINKS.indexOf(link));

function summarise(
  links: readonly Link[],
  { problems, dismissed }: { readonly problems: readonly Problem[]; readonly dismissed: readonly Problem[] },
): Diagnosis['summary'] {
  const host = links.find(({ id }) => id === 'host');
  const isSlow = host?.fact === SLOW_FACT;
  if (host !== undefined && host.severity !== 'ok' && !isSlow)
    return { severity: host.severity, text: host.fact === '' ? host.state : `${host.state}, ${host.fact}` };
  const present = problems.filter(({ isPast }) => !isPast);
  const [worst] = present;
  if (worst !== undefined) return { severity: worst.severity, text: countProblems(present.length) };
  const generator = links.find(({ id }) => id === 'generator');
  switch (generator?.severity) {
    case 'off':
      return { severity: 'off', text: `${generator.label}: ${generator.state.toLowerCase()}` };
    case 'unknown':
    case 'stale':
      return { severity: generator.severity, text: `${generator.label}: unknown` };
    case 'pending':
      return {
        severity: 'pending',
        text: generator.state === STATES.running ? 'Checking' : `${generator.label}: ${generator.state.toLowerCase()}`,
      };
    default: {
      const count = dismissed.filter(({ isPast }) => !isPast).length;
      if (isSlow && count === 0) return { severity: 'warning', text: STATES.slow };
      return count === 0 ? { severity: 'ok', text: ALL_OK } : { severity: 'info', text: `${countProblems(count)} dismissed` };
    }
  }
}
