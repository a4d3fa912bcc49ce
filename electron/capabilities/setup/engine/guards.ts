import { HOST_SCRIPTS, scriptArgv } from '../../../../shared/host-scripts/index.ts';
import { SETUP_EXITS } from '../../../../shared/host-scripts/setup.ts';
import type { Transport } from '../../../foundation/ssh/transport.ts';
import { setupRevertedError, setupStepFailedError } from '../errors.ts';
import type { PlannedStep } from './plan.ts';
import type { Guard } from './resources.ts';

const GUARD_TIMEOUT_MS = 180_000;

/** Lines of the guard script's input: what it saves of the steps that change. */
export function manifestOf(guard: Guard, steps: readonly PlannedStep[]): string {
  const lines = steps.flatMap(({ step: { resource } }) => {
    if (resource.kind === 'file' || resource.kind === 'link' || (resource.kind === 'absent' && resource.by === 'move'))
      return [`path ${resource.path}`];
    return resource.kind === 'member' ? [`member ${resource.user} ${resource.group}`] : [];
  });
  const database = guard.database === undefined ? [] : [`database ${guard.database.user} ${guard.database.folder} ${guard.database.unit}`];
  return [...lines, ...database, ...guard.units.map(({ name, verb }) => `unit ${name} ${verb}`), ''].join('\n');
}

/** Commit-confirm on a host: the old state comes back by itself unless it is confirmed in time (docstring of `setupGuard`). */
export function createGuards(transport: Pick<Transport, 'exec'>) {
  const run = (args: readonly string[], stdin?: string) =>
    transport.exec(scriptArgv(HOST_SCRIPTS.setupGuard, ...args), {
      timeoutMs: GUARD_TIMEOUT_MS,
      sudo: { purpose: 'protect a change by a timer' },
      ...(stdin === undefined ? {} : { stdin }),
    });
  return {
    arm: async (guard: Guard, steps: readonly PlannedStep[]): Promise<void> => {
      const result = await run(['arm', guard.id, String(guard.seconds)], manifestOf(guard, steps));
      if (result.exitCode !== 0) throw setupStepFailedError('Could not start the timer that protects the change.', result.stderr);
    },
    /** Throws setup-reverted when the timer was faster. */
    confirm: async (guard: Guard): Promise<void> => {
      const result = await run(['confirm', guard.id]);
      if (result.exitCode === SETUP_EXITS.reverted || result.exitCode === SETUP_EXITS.missing) throw setupRevertedError(guard.id);
      if (result.exitCode !== 0) throw setupStepFailedError('Could not confirm the change.', result.stderr);
    },
    /** Whether the old state is back. */
    revert: async (id: string): Promise<boolean> => {
      const result = await run(['revert', id]);
      return result.exitCode === 0;
    },
  };
}

export type Guards = ReturnType<typeof createGuards>;
