import type { Notice } from '../../shared/capabilities/app/contract.ts';
import type { ChecksState } from '../../shared/capabilities/checks/contract.ts';
import type { ComfyUiState } from '../../shared/capabilities/comfyui/contract.ts';
import type { OverloadRun } from '../../shared/capabilities/gateway/contract.ts';
import type { ImageRun } from '../../shared/capabilities/images/contract.ts';
import type { SetupRun, SetupState } from '../../shared/capabilities/setup/contract.ts';
import type { PanelError } from '../../shared/errors.ts';
import { formatDuration } from '../../shared/format.ts';
import { describeNewFailures } from '../capabilities/checks/new-failures.ts';

/** What a notice says about something that has ended. */
export interface Ended {
  readonly tone: Notice['tone'];
  readonly message: string;
  readonly error?: PanelError;
}

/** Checkpoints for ComfyUI that arrived, or whose download failed, between two states. */
export function endedDownloads(before: Pick<ComfyUiState, 'downloads'>, after: Pick<ComfyUiState, 'downloads'>): readonly Ended[] {
  return after.downloads.flatMap(({ name, state, problem }): readonly Ended[] => {
    const known = before.downloads.find((download) => download.name === name);
    // What had ended when it was first seen is old.
    if (known === undefined || known.state === state) return [];
    if (state === 'done') return [{ tone: 'good', message: `Installed ${name} for ComfyUI` }];
    if (state === 'failed') return [{ tone: 'bad', message: `Download of ${name} failed${problem === null ? '' : `: ${problem}`}` }];
    return state === 'wrong-checksum' ? [{ tone: 'bad', message: `Download of ${name} failed: wrong checksum` }] : [];
  });
}

const isAtWork = ({ state }: SetupRun): boolean => state === 'running' || state === 'cancelling';

/** A setup that stopped being at work between two states; null = none did. */
export function endedSetup({ run: before }: Pick<SetupState, 'run'>, { run: after }: Pick<SetupState, 'run'>): Ended | null {
  if (before === null || after === null || before.id !== after.id || !isAtWork(before) || isAtWork(after)) return null;
  const took = after.endedAt === null ? '' : ` after ${formatDuration(after.endedAt - after.startedAt)}`;
  switch (after.state) {
    case 'done':
      return { tone: 'good', message: `Setup completed${took}: ${after.title}` };
    case 'failed':
      return { tone: 'bad', message: `Setup failed${took}: ${after.title}`, ...(after.error === null ? {} : { error: after.error }) };
    case 'interrupted':
      return { tone: 'warning', message: `Setup interrupted: ${after.title}. It can be resumed.` };
    default:
      return { tone: 'info', message: `Setup cancelled${took}: ${after.title}` };
  }
}

/** A run of checks that ended between two states; null = none did. New failures of a scheduled run are named. */
export function endedChecks(before: ChecksState, after: ChecksState): Ended | null {
  const failures = describeNewFailures(before, after);
  if (failures !== null) return { tone: 'bad', message: failures };
  const [run] = after.history;
  // A schedule that finds nothing new is no news, and another program reports what it started.
  if (run === undefined || run.startedAt === before.history[0]?.startedAt || run.by !== 'operator' || before.run === null) return null;
  const { pass = 0, warn = 0, fail = 0 } = run.counts;
  const parts = [`${pass} passed`, warn === 0 ? '' : `${warn} with a warning`, fail === 0 ? '' : `${fail} failed`];
  return {
    tone: fail > 0 ? 'bad' : warn > 0 ? 'warning' : 'good',
    message: `${run.isComplete ? 'Checks completed' : 'Checks cancelled'}: ${parts.filter(Boolean).join(', ')}`,
  };
}

/** A run of the Playground that has ended; null = it has not, or the operator cancelled it. */
export function endedRun({ phase }: Pick<ImageRun, 'phase'>): Ended | null {
  if (phase.kind === 'failed') return { tone: 'bad', message: `Image failed: ${phase.error.message}`, error: phase.error };
  if (phase.kind !== 'done') return null;
  const { length } = phase.images;
  return { tone: 'good', message: `${length === 1 ? 'Image' : `${length} images`} made in ${formatDuration(phase.timing.totalMs)}` };
}

/** An overload test that has its verdict; null = it runs. */
export function endedOverload({ verdict }: Pick<OverloadRun, 'verdict'>): Ended | null {
  if (verdict === null) return null;
  return { tone: verdict.tone === 'unknown' ? 'info' : verdict.tone, message: `Overload test ended: ${verdict.message}` };
}
