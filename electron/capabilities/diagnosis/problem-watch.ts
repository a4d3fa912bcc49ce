import type { Diagnosis, Link, Problem } from '../../../shared/diagnosis/types.ts';
import { createEmitter } from '../../../shared/emitter.ts';

/** After one event systemd, probes and the gateway agree within this time. */
const SETTLE_MS = 1_500;

/** A problem that ended, with the present state of its link; null = no link. */
export interface EndedProblem {
  readonly problem: Problem;
  readonly link: Link | null;
}

/** Reports problems of one host when they begin and end, except dismissed problems and past events. */
export interface ProblemWatch {
  onBegin(listener: (problem: Problem) => void): () => void;
  onEnd(listener: (ended: EndedProblem) => void): () => void;
  stop(): void;
}

const isNew = ({ isPast, severity }: Problem): boolean => !isPast && severity !== 'info';

/** Link and code, since the problem of a link may change before it ends. */
const keyOf = ({ id, error }: Problem): string => `${id} ${error.code}`;

/**
 * Calls `diagnose` shortly after each change that `subscribe` reports. No problem ends while the host is not connected, since its
 * state is unknown then.
 */
export function watchProblems(o: {
  readonly diagnose: () => Diagnosis;
  readonly isOnline: () => boolean;
  readonly subscribe: (changed: () => void) => readonly (() => void)[];
}): ProblemWatch {
  const begins = createEmitter<Problem>();
  const ends = createEmitter<EndedProblem>();
  let known = new Map<string, Problem>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const compare = (): void => {
    timer = null;
    const { problems, dismissed, links } = o.diagnose();
    const present = new Map(problems.filter(isNew).map((problem) => [keyOf(problem), problem]));
    const hidden = new Set(dismissed.map(keyOf));
    for (const [key, problem] of present) if (!known.has(key)) begins.emit(problem);
    if (!o.isOnline()) {
      known = new Map([...known, ...present]);
      return;
    }
    const stillBroken = new Set([...present.values()].map(({ id }) => id));
    for (const [key, problem] of known) {
      if (present.has(key) || hidden.has(key) || stillBroken.has(problem.id)) continue;
      ends.emit({ problem, link: links.find(({ id }) => id === problem.link) ?? null });
    }
    known = present;
  };
  const stops = o.subscribe(() => {
    timer ??= setTimeout(compare, SETTLE_MS);
  });
  return {
    onBegin: begins.on,
    onEnd: ends.on,
    stop: () => {
      if (timer !== null) clearTimeout(timer);
      for (const stop of stops) stop();
    },
  };
}
