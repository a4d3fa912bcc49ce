import { HOST_SCRIPTS, scriptArgv } from '../../../../shared/host-scripts/index.ts';
import { SETUP_FILE_EXITS } from '../../../../shared/host-scripts/setup.ts';
import { redactSecrets } from '../../../../shared/redact.ts';
import type { ExecResult, Transport } from '../../../foundation/ssh/transport.ts';
import { setupCancelledError, setupChangedError, setupNoAnswerError, setupServiceFailedError, setupStepFailedError } from '../errors.ts';
import type { Programs } from '../programs.ts';
import { runLongStep } from './long-step.ts';
import { sha256 } from './plan-files.ts';
import type { Action, FileWrite } from './resources.ts';

const COMMAND_TIMEOUT_MS = 240_000;
const PROBE_PAUSE_MS = 1_000;

/** What actions need of the panel. */
export interface Performer {
  readonly transport: Pick<Transport, 'exec'>;
  readonly programs: Programs;
  /** Names backups: `20261127T101500Z`. */
  readonly stamp: string;
  readonly signal: AbortSignal;
  readonly pause: (ms: number) => Promise<void>;
  readonly now: () => number;
  /** Last lines of the journal of the plan's units, for the error. */
  readonly lastLines: () => Promise<string>;
  /** Units of the plan that systemd starts no more. */
  readonly failedUnits: () => Promise<readonly string[]>;
  readonly onLines: (lines: readonly string[]) => void;
}

/** Does one action that is no file. Throws setup-step-failed, setup-disk-full, setup-no-answer, setup-cancelled, and what exec throws. */
export async function performAction(p: Performer, action: Exclude<Action, { kind: 'file' }>): Promise<void> {
  switch (action.kind) {
    case 'command': {
      const result = await p.transport.exec(action.argv, { sudo: { purpose: action.argv.join(' ') }, timeoutMs: COMMAND_TIMEOUT_MS });
      reportOutput(p, result);
      if (result.exitCode !== 0) throw setupStepFailedError(`${action.argv.join(' ')} failed.`, `${result.stdout}\n${result.stderr}`);
      return;
    }
    case 'remove': {
      const argv = scriptArgv(HOST_SCRIPTS.setupRemove, p.stamp, action.path);
      const result = await p.transport.exec(argv, { sudo: { purpose: `remove ${action.path}` } });
      if (result.exitCode !== 0) throw setupStepFailedError(`Could not remove ${action.path}.`, result.stderr);
      return;
    }
    case 'long':
      return await runLongStep(p.transport, action, { signal: p.signal, onLines: p.onLines });
    case 'api':
      return await action.operation.apply(p.programs, p);
    case 'wait-for-answer':
      return await waitForAnswer(p, action);
  }
}

/** Writes files, all that root or one user writes with one command. Throws setup-changed, setup-step-failed, setup-disk-full, and what exec throws. */
export async function writeFiles(p: Performer, writes: readonly FileWrite[]): Promise<void> {
  const as = writes[0]?.as ?? null;
  const script = scriptArgv(HOST_SCRIPTS.setupFiles, p.stamp);
  const result = await p.transport.exec(as === null ? script : ['runuser', '-u', as, '--', ...script], {
    stdin: Buffer.concat(writes.map(encodeWrite)),
    timeoutMs: COMMAND_TIMEOUT_MS,
    sudo: { purpose: writes.length === 1 ? `write ${writes[0]?.path}` : `write ${writes.length} files` },
  });
  if (result.exitCode === 0) return;
  const place = result.stdout.trim().split('\n').at(-1)?.split(' ')[1] ?? 'a file';
  if (result.exitCode === SETUP_FILE_EXITS.changed) throw setupChangedError(place);
  throw setupStepFailedError(describeWriteFailure(result, place), `${result.stdout}\n${result.stderr}`);
}

function describeWriteFailure({ exitCode }: ExecResult, place: string): string {
  if (exitCode === SETUP_FILE_EXITS.rejected) return `The check of ${place} failed; the present file stays.`;
  if (exitCode === SETUP_FILE_EXITS.incomplete) return `${place} arrived incomplete; the present file stays.`;
  if (exitCode === SETUP_FILE_EXITS.unsafe) return `Others can write to the folder of ${place}, so root does not write there.`;
  if (exitCode === SETUP_FILE_EXITS.noFolder) return `The folder of ${place} is missing.`;
  if (exitCode === SETUP_FILE_EXITS.notAFile) return `${place} is not a regular file.`;
  return 'Could not write a file.';
}

function encodeWrite({ path, owner, group, mode, text, replaces, check }: FileWrite): Buffer {
  const bytes = Buffer.from(text);
  const head = [path, owner ?? '-', group ?? '-', mode ?? '-', sha256(text), replaces ?? '-', String(bytes.length), check ?? '-'];
  return Buffer.concat([Buffer.from(`${head.join(' ')}\n`), bytes]);
}

async function waitForAnswer(p: Performer, action: Extract<Action, { kind: 'wait-for-answer' }>): Promise<void> {
  const endsAt = p.now() + action.withinS * 1000;
  for (;;) {
    if (p.signal.aborted) throw setupCancelledError();
    const reason = await p.programs.probe(action.url, action);
    if (reason === null) return;
    const failed = await p.failedUnits();
    if (failed.length > 0) throw setupServiceFailedError(failed, action.url, await p.lastLines());
    if (p.now() > endsAt) throw setupNoAnswerError(action.url, action.withinS, reason, await p.lastLines());
    await p.pause(PROBE_PAUSE_MS);
  }
}

function reportOutput(p: Performer, { stdout, stderr }: ExecResult): void {
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  if (lines.length > 0) p.onLines(lines.map(redactSecrets));
}
