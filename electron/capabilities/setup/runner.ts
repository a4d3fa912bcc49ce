import { randomBytes } from 'node:crypto';
import type { SetupRun } from '../../../shared/capabilities/setup/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import type { ShippedFiles } from '../../foundation/files/shipped.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { whileOnline } from '../../foundation/timing/while-online.ts';
import { actionKeys } from './engine/plan.ts';
import { isLostConnection } from './engine/run.ts';
import { setupPlanUnknownError } from './errors.ts';
import { executePlan } from './execute.ts';
import type { ChosenRecipe, MadePlan } from './planner.ts';
import type { Programs } from './programs.ts';
import type { ParameterValues, Recipe } from './recipe.ts';
import { reportOf, shownOf } from './report.ts';
import type { SavedRun, SetupStore } from './run-store.ts';

const MAX_OUTPUT_LINES = 400;

export interface RunnerParts {
  readonly hostLabel: () => string;
  readonly transport: Transport;
  readonly programs: Programs;
  readonly shipped: ShippedFiles;
  readonly store: SetupStore;
  /** Words for the lock on the host: who, from where. */
  readonly operator: string;
  readonly now: () => number;
  /** A recipe with its values and secrets, by id. */
  readonly choose: (id: string, values: ParameterValues) => ChosenRecipe;
  /** `isSoon`: more output of the same step; may be reported together with what follows. */
  readonly onChange: (isSoon: boolean) => void;
  readonly onEnd: () => void;
}

/** The one run of a host: it goes on after a lost connection, and can be resumed after the panel ended. */
export function createRunner(p: RunnerParts) {
  let saved = asInterrupted(p.store.run());
  let active: { readonly cancel: AbortController; readonly stopped: AbortController } | null = null;

  const setRun = (next: SavedRun | null): void => {
    saved = next;
    p.store.saveRun(next);
    p.onChange(false);
  };
  const updateRun = (update: (run: SetupRun) => Partial<SetupRun>): void => {
    if (saved !== null) setRun({ ...saved, run: { ...saved.run, ...update(saved.run) } });
  };
  const addOutput = (lines: readonly string[]): void => {
    if (saved === null) return;
    saved = { ...saved, run: { ...saved.run, output: [...saved.run.output, ...lines].slice(-MAX_OUTPUT_LINES) } };
    p.onChange(true);
  };

  /** Applies until it is done or fails for another reason than the connection. */
  const attempt = async (
    { chosen, shownKeys, token, run }: SavedRun,
    o: { readonly cancel: AbortSignal; readonly stopped: AbortSignal; readonly takeFrom: string | undefined },
  ): Promise<void> => {
    const { cancel, stopped, takeFrom } = o;
    for (;;) {
      await onceOnline(p.transport, AbortSignal.any([cancel, stopped]));
      if (stopped.aborted) return;
      updateRun(({ state }) => (state === 'interrupted' ? { state: 'running', error: null } : {}));
      try {
        const applied = await executePlan({
          transport: p.transport,
          programs: p.programs,
          shipped: p.shipped,
          chosen: chosen.map(({ recipe, values }) => p.choose(recipe, values)),
          shownKeys: new Set(shownKeys),
          token,
          holder: `${p.operator} since ${new Date(run.startedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC: ${run.title}`,
          ...(takeFrom === undefined ? {} : { takeFrom }),
          signal: cancel,
          now: p.now,
          observer: { onStep: (id, step) => updateRun(({ steps }) => ({ steps: withStep(steps, id, step, p.now()) })) },
          onLines: addOutput,
        });
        const done = new Set(applied.steps.map(({ id }) => id));
        return updateRun(({ steps }) => ({
          state: 'done',
          endedAt: p.now(),
          steps: steps.map((step) => (done.has(step.id) ? { ...step, state: 'done' } : step)),
        }));
      } catch (thrown) {
        if (stopped.aborted) return;
        if (!isLostConnection(thrown)) throw thrown;
        // A cancel is carried out on the host once it is connected again.
        updateRun(() => (cancel.aborted ? {} : { state: 'interrupted', error: toPanelError(thrown) }));
      }
    }
  };

  const start = async (takeFrom?: string): Promise<void> => {
    if (saved === null || active !== null) return;
    const current = { cancel: new AbortController(), stopped: new AbortController() };
    active = current;
    updateRun(() => ({ state: 'running', error: null, endedAt: null }));
    try {
      await attempt(saved, { cancel: current.cancel.signal, stopped: current.stopped.signal, takeFrom });
    } catch (thrown) {
      const failure = toPanelError(thrown);
      const isCancelled = failure.code === 'setup-cancelled';
      updateRun(({ steps }) => ({
        state: isCancelled ? 'cancelled' : 'failed',
        endedAt: p.now(),
        error: isCancelled ? null : failure,
        // A step that was cancelled is done again by resuming.
        steps: steps.map((step) => (step.state === 'running' ? { ...step, state: isCancelled ? 'pending' : 'failed' } : step)),
      }));
    } finally {
      active = null;
      if (saved !== null && saved.run.endedAt !== null) setRun({ ...saved, report: reportOf(saved, p.hostLabel()) });
      if (!current.stopped.signal.aborted) p.onEnd();
    }
  };

  return {
    run: (): SetupRun | null => saved?.run ?? null,
    report: (): string => saved?.report ?? '',
    /** Whether the lock with this token is of the run that is shown: the next run replaces it. */
    isOwn: (token: string): boolean => saved?.token === token,
    /** `takeFrom` is the token of the holder whose lock is taken. */
    start: (made: MadePlan, takeFrom?: string): void => {
      if (active !== null) throw setupPlanUnknownError();
      // A lock that an earlier run of this panel could not remove is its own.
      const before = saved?.token;
      setRun(newRun(made, p.now()));
      void start(takeFrom ?? before);
    },
    /** `takeOver` takes the lock from the holder that stopped this run. */
    resume: (takeOver: boolean): void => void start(takeOver ? saved?.run.error?.facts?.['token'] : undefined),
    cancel: (): void => {
      if (active === null) return;
      active.cancel.abort();
      updateRun(() => ({ state: 'cancelling' }));
    },
    dismiss: (): void => {
      if (active === null) setRun(null);
    },
    stop: (): void => active?.stopped.abort(),
  };
}

export type Runner = ReturnType<typeof createRunner>;

function newRun(made: MadePlan, startedAt: number): SavedRun {
  const { chosen, plan } = made;
  const id = randomBytes(6).toString('hex');
  return {
    token: `${id}-${randomBytes(9).toString('hex')}`,
    chosen: chosen.map(({ recipe, values }) => ({ recipe: recipe.id, values: withoutSecrets(recipe, values) })),
    shownKeys: plan.steps.flatMap(({ verdict }) => actionKeys(verdict)),
    shown: shownOf(made),
    report: null,
    run: {
      id,
      title: chosen.map(({ recipe }) => recipe.title).join(', '),
      recipes: chosen.map(({ recipe }) => recipe.id),
      state: 'running',
      steps: plan.steps
        .filter(({ verdict }) => verdict.state === 'change')
        .map(({ id: stepId, step }) => ({ id: stepId, title: step.title, state: 'pending', startedAt: null, elapsedMs: null })),
      startedAt,
      endedAt: null,
      error: null,
      output: [],
    },
  };
}

function withoutSecrets(recipe: Recipe, values: ParameterValues): Record<string, string> {
  return Object.fromEntries(recipe.parameters.filter(({ kind }) => kind !== 'secret').map(({ key }) => [key, values[key] ?? '']));
}

/** A run that was at work when the panel ended. */
function asInterrupted(saved: SavedRun | null): SavedRun | null {
  if (saved === null || (saved.run.state !== 'running' && saved.run.state !== 'cancelling')) return saved;
  return { ...saved, run: { ...saved.run, state: 'interrupted' } };
}

function withStep(steps: SetupRun['steps'], id: string, state: 'running' | 'done', now: number): SetupRun['steps'] {
  return steps.map((step) => {
    if (step.id !== id) return step;
    if (state === 'running') return { ...step, state, startedAt: now, elapsedMs: null };
    return { ...step, state, elapsedMs: step.startedAt === null ? null : now - step.startedAt };
  });
}

function onceOnline(transport: Transport, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let stop: (() => void) | null = null;
    const done = (): void => {
      queueMicrotask(() => stop?.());
      resolve();
    };
    signal.addEventListener('abort', done, { once: true });
    stop = whileOnline(transport, done);
  });
}
