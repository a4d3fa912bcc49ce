import { toPanelError } from '../../../../shared/errors.ts';

const RETRY_INTERVAL_MS = 5_000;
/** Limit of remembered jobs: more runs without a backend are unlikely. */
const MAX_REMEMBERED = 100;

/** The backend could not be reached, and is asked again. */
export interface CancelLater {
  readonly kind: 'later';
  readonly why: string;
}

/** The open jobs, so that none is left in a queue without a waiter. */
export interface JobNotes {
  /** To be called before the job is sent: an answer that is lost leaves a job all the same. */
  opened(jobId: string): void;
  ended(jobId: string): void;
  /** The response was lost: the job may be in the queue without a waiter. */
  abandoned(jobId: string): void;
}

/** The jobs that this panel has in a backend's queue. They outlive connections and restarts of the panel, so they are remembered until they ended. */
export interface OpenJobs<Answer> {
  opened(jobId: string): void;
  ended(jobId: string): void;
  /** Cancels them, at once or as soon as the backend answers; `report` is called with every answer. */
  cancel(jobIds: readonly string[], report: (answer: Answer | CancelLater) => void): Promise<void>;
  stop(): void;
}

/** Jobs that were open when the panel ended are cancelled first, since they have no waiter. */
export function createOpenJobs<Answer>(o: {
  readonly left: readonly string[];
  /** Called with each change. */
  readonly save: (jobIds: readonly string[]) => void;
  /** Cancels jobs in the backend; states before the last response go to `interim`. Rejects where the backend cannot be reached. */
  readonly cancel: (jobIds: readonly string[], interim: (answer: Answer) => void) => Promise<Answer>;
  /** The answer where none of the jobs is open. */
  readonly noneLeft: Answer;
  /** Calls the listener when the backend can be reached again; returns what ends it. */
  readonly onReachable?: (listener: () => void) => () => void;
}): OpenJobs<Answer> {
  const open = new Set(o.left.slice(-MAX_REMEMBERED));
  const due = new Map<string, ((answer: Answer | CancelLater) => void) | null>([...open].map((jobId) => [jobId, null]));
  let timer: ReturnType<typeof setTimeout> | null = null;
  let isStopped = false;
  const save = (): void => o.save([...open].slice(-MAX_REMEMBERED));

  const sendCancel = async (jobIds: readonly string[], report: ((answer: Answer | CancelLater) => void) | null): Promise<void> => {
    try {
      const answer = await o.cancel(jobIds, (interim) => report?.(interim));
      for (const jobId of jobIds) {
        due.delete(jobId);
        open.delete(jobId);
      }
      save();
      report?.(answer);
    } catch (thrown) {
      report?.({ kind: 'later', why: toPanelError(thrown).message });
      if (!isStopped && timer === null) {
        timer = setTimeout(() => void retry(), RETRY_INTERVAL_MS);
        timer.unref();
      }
    }
  };
  const retry = async (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const groups = new Map<((answer: Answer | CancelLater) => void) | null, string[]>();
    for (const [jobId, report] of due) groups.set(report, [...(groups.get(report) ?? []), jobId]);
    for (const [report, jobIds] of groups) await sendCancel(jobIds, report);
  };
  const stopListening = o.onReachable?.(() => {
    if (due.size > 0) void retry();
  });
  if (due.size > 0) void retry();
  return {
    opened: (jobId) => {
      open.add(jobId);
      save();
    },
    ended: (jobId) => {
      if (open.delete(jobId)) save();
    },
    cancel: async (jobIds, report) => {
      const wanted = jobIds.filter((jobId) => open.has(jobId));
      if (wanted.length === 0) return report(o.noneLeft);
      for (const jobId of wanted) due.set(jobId, report);
      await sendCancel(wanted, report);
    },
    stop: () => {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      stopListening?.();
    },
  };
}

/** What a run reports of its jobs, for {@link OpenJobs}; the ids are added to `jobIds` as well. */
export function trackJobs<Answer>(openJobs: OpenJobs<Answer>, jobIds: string[]): JobNotes {
  return {
    opened: (jobId) => {
      jobIds.push(jobId);
      openJobs.opened(jobId);
    },
    ended: openJobs.ended,
    abandoned: (jobId) => void openJobs.cancel([jobId], () => {}),
  };
}
