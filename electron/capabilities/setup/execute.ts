import type { ShippedFiles } from '../../foundation/files/shipped.ts';
import type { ReadAnswer } from '../../foundation/host-reader/answers.ts';
import { readHost } from '../../foundation/host-reader/reader.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { pause } from '../../foundation/timing/pause.ts';
import { createGuards } from './engine/guards.ts';
import { acquireLock } from './engine/lock.ts';
import { forgetEndedLongSteps } from './engine/long-step.ts';
import { type PlacedStep, type Plan, readsOf } from './engine/plan.ts';
import { applyPlan, isLostConnection, type RunObserver } from './engine/run.ts';
import { type ChosenRecipe, GUARDS_REQUEST, makePlan } from './planner.ts';
import type { Programs } from './programs.ts';

const LOG_LINES = '20';
/** Well below the time after which a lock counts as abandoned. */
const HEARTBEAT_MS = 15_000;
const BOOT_TIMEOUT_S = 180;

export interface Execution {
  readonly transport: Pick<Transport, 'exec' | 'holdSudo'>;
  readonly programs: Programs;
  readonly shipped: ShippedFiles;
  readonly chosen: readonly ChosenRecipe[];
  readonly shownKeys: ReadonlySet<string>;
  readonly token: string;
  /** Who runs it, for the lock: other operators read it. */
  readonly holder: string;
  readonly takeFrom?: string;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly observer: RunObserver;
  readonly onLines: (lines: readonly string[]) => void;
}

/** Applies what was shown, once, under the host's lock: see {@link applyPlan} for what it throws; also setup-locked and setup-lock-lost. */
export async function executePlan(e: Execution): Promise<Plan> {
  const { transport } = e;
  const releaseSudo = transport.holdSudo();
  try {
    const lock = await acquireLock(transport, {
      token: e.token,
      text: e.holder,
      ...(e.takeFrom === undefined ? {} : { takeFrom: e.takeFrom }),
    });
    const heartbeat = setInterval(() => void lock.refresh().catch(() => {}), HEARTBEAT_MS);
    let applied: Plan;
    try {
      const [left] = await Promise.all([readHost(transport, [GUARDS_REQUEST], { asRoot: true }), waitForBoot(transport)]);
      const leftGuards = namesIn(left.get(GUARDS_REQUEST));
      let steps: Plan['steps'] = [];
      let current = '';
      applied = await applyPlan({
        guards: createGuards(transport),
        lock,
        leftGuards,
        shownKeys: e.shownKeys,
        observer: {
          onStep: (id, state) => {
            if (state === 'running') current = id;
            e.observer.onStep(id, state);
          },
        },
        read: (steps: readonly PlacedStep[]) =>
          readHost(
            transport,
            steps.flatMap(({ step }) => readsOf(step.resource)),
            { asRoot: true },
          ),
        replan: async () => {
          const { plan } = await makePlan({ transport, programs: e.programs, shipped: e.shipped }, e.chosen, {
            asRoot: true,
            shownKeys: e.shownKeys,
          });
          steps = plan.steps;
          return plan;
        },
        performer: {
          transport,
          programs: e.programs,
          stamp: new Date(e.now()).toISOString().replace(/[-:]|\.\d+/g, ''),
          signal: e.signal,
          pause: (ms) => pause(ms, e.signal),
          now: e.now,
          onLines: e.onLines,
          failedUnits: () => failedUnits(transport, unitsUpBy(steps, current)),
          lastLines: async () => {
            const units = steps.flatMap(({ step: { resource } }) => (resource.kind === 'unit' ? [resource.name] : []));
            const argv = ['journalctl', '-q', '--no-pager', '-o', 'short-iso', '-n', LOG_LINES, ...units.flatMap((unit) => ['-u', unit])];
            return (await transport.exec(argv, { sudo: { purpose: 'read the logs of the services' } })).stdout;
          },
        },
      });
      await forgetEndedLongSteps(transport);
    } catch (thrown) {
      await lock.release().catch(() => {});
      throw thrown;
    } finally {
      clearInterval(heartbeat);
    }
    await lock.release().catch((thrown: unknown) => {
      // The next attempt has nothing to apply, and removes the lock that a lost connection left.
      if (isLostConnection(thrown)) throw thrown;
    });
    return applied;
  } finally {
    releaseSudo();
  }
}

/** Units that steps up to this one brought up; what a later step starts may have failed before, and be right after it. */
export function unitsUpBy(steps: Plan['steps'], id: string): readonly string[] {
  const at = steps.findIndex((step) => step.id === id);
  return steps.slice(0, at + 1).flatMap(({ step: { resource } }) => (resource.kind === 'unit' && resource.isActive ? [resource.name] : []));
}

async function failedUnits(transport: Pick<Transport, 'exec'>, units: readonly string[]): Promise<readonly string[]> {
  if (units.length === 0) return [];
  const { stdout } = await transport.exec(['systemctl', 'is-failed', '--', ...units]);
  const states = stdout.trim().split('\n');
  return units.filter((_, index) => states[index] === 'failed');
}

/** Services that a host which starts up has not started yet are no change. */
async function waitForBoot(transport: Pick<Transport, 'exec'>): Promise<void> {
  await transport.exec(['timeout', String(BOOT_TIMEOUT_S), 'systemctl', 'is-system-running', '--wait'], {
    timeoutMs: (BOOT_TIMEOUT_S + 10) * 1000,
  });
}

const namesIn = (answer: ReadAnswer | null): readonly string[] =>
  (answer?.lines ?? []).filter((name) => /^[a-z][a-z0-9-]{0,40}$/.test(name));
