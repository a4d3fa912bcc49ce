import { type PanelError, PanelException } from '../../../shared/errors.ts';
import { outputLines } from '../../../shared/output-lines.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { classifyFailure, gpuError } from './failures.ts';
import { type FieldKnowledge, parseHelp, refusedField } from './fields.ts';
import { isGpuUuid, splitRow } from './nvidia-smi.ts';
import { readWarnings } from './warnings.ts';

/** Without persistence mode each call wakes every GPU in turn, which takes some seconds each. */
export const QUERY_TIMEOUT_MS = 45_000;
/** More than the panel's fields, so that a driver with so many refusals fails for another reason. */
const MAX_REFUSALS = 30;
const CSV = '--format=csv,noheader,nounits';

/** The argv of the sample stream: one line per GPU and second, each flushed at once. */
export function streamArgv(fields: readonly string[], lineBuffered: boolean): readonly string[] {
  return [...(lineBuffered ? ['stdbuf', '-oL'] : []), 'nvidia-smi', `--query-gpu=${fields.join(',')}`, CSV, '-lms', '1000'];
}

/** The fields of this driver. An unreadable help is no fault, since the driver then refuses unknown fields one by one. */
export async function readKnowledge(transport: Transport): Promise<FieldKnowledge> {
  const help = await transport.exec(['nvidia-smi', '--help-query-gpu'], { timeoutMs: QUERY_TIMEOUT_MS });
  const isMissing = help.exitCode === 127 && classifyFailure(127, help.stderr) === 'not-installed';
  if (isMissing) throw new PanelException(await notInstalledError(transport, help.stderr));
  return { known: parseHelp(help.stdout), refused: new Set() };
}

/** In WSL the driver belongs to Windows, and the usual remedy would break it. */
async function notInstalledError(transport: Transport, stderr: string): Promise<PanelError> {
  const kernel = await transport.exec(['uname', '-r'], { timeoutMs: QUERY_TIMEOUT_MS });
  return gpuError('not-installed', stderr, { isWsl: /microsoft/i.test(kernel.stdout) });
}

/** An answer of nvidia-smi with its warnings. */
export interface QueryAnswer<P> {
  readonly text: string;
  readonly plan: P;
  readonly knowledge: FieldKnowledge;
  readonly warnings: readonly PanelError[];
  readonly elapsedMs: number;
}

/**
 * Runs one `--query-gpu` without the fields that the driver refuses, one refusal at a time. Complete rows are an answer at any exit code.
 * Throws `gpu-…` (see failures.ts) and what Transport throws.
 */
export async function queryGpu<P extends { readonly fields: readonly string[] }>(
  transport: Transport,
  knowledge: FieldKnowledge,
  planOf: (knowledge: FieldKnowledge) => P,
): Promise<QueryAnswer<P>> {
  let known = knowledge;
  for (let attempt = 0; ; attempt += 1) {
    const plan = planOf(known);
    const answer = await transport.exec(['nvidia-smi', `--query-gpu=${plan.fields.join(',')}`, CSV], { timeoutMs: QUERY_TIMEOUT_MS });
    const { exitCode, stdout, stderr, elapsedMs } = answer;
    const message = `${stdout}\n${stderr}`;
    const isRow = (line: string): boolean => splitRow(line, plan.fields.length)?.some(isGpuUuid) === true;
    if (exitCode === 0 || outputLines(stdout).some(isRow))
      return { text: stdout, plan, knowledge: known, warnings: readWarnings(message, isRow), elapsedMs };
    const refused = refusedField(message);
    if (refused === null || known.refused.has(refused) || attempt >= MAX_REFUSALS)
      throw new PanelException(gpuError(classifyFailure(exitCode, message), message));
    known = { ...known, refused: new Set([...known.refused, refused]) };
  }
}
