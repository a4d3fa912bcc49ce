import type { Diagnosis, Link, Problem } from '../../../shared/diagnosis/types.ts';
import { createEmitter } from '../../../shared/emitter.ts';

/** Longer than systemd, a probe and the gateway take to agree after one event. */
const SETTLE_MS = 1_500;

/** A problem that is over, and how its link is now; null where it had none. */
export interface EndedProblem {
  readonly problem: Problem;
  readonly link: Link | null;
}

/** Reports present problems of one host when they begin and when they end; dismissed ones and past events are no news. */
export interface ProblemWatch {
  onBegin(listener: (problem: Problem) => void): () => void;
  onEnd(listener: (ended: EndedProblem) => void): () => void;
  stop(): void;
}

const isNews = ({ isPast, severity }: Problem): boolean => !isPast && severity !== 'info';

/** A problem of a link is compared by its link: what is wrong with it may change before it is right. */
const keyOf = ({ id, error }: Problem): string => `${id} ${error.code}`;

/**
 * `diagnose` is called once things have settled after `subscribe` reported a change. Nothing ends while the host is not
 * connected, since nothing behind the connection is known then.
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
    const present = new Map(problems.filter(isNews).map((problem) => [keyOf(problem), problem]));
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
