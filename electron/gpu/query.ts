import { PanelException } from '../../shared/errors.ts';
import type { Transport } from '../ssh/transport.ts';
import { classifyFailure, faultError } from './failures.ts';
import { type FieldKnowledge, parseHelp, refusedField } from './fields.ts';

const QUERY_TIMEOUT_MS = 20_000;
/** More fields than the panel asks for: a driver that refuses so many refuses something else. */
const MAX_REFUSALS = 30;
const CSV = '--format=csv,noheader,nounits';

/** The argv of the sample stream: one line a GPU every second, each flushed at once. */
export function streamArgv(fields: readonly string[], lineBuffered: boolean): readonly string[] {
  return [...(lineBuffered ? ['stdbuf', '-oL'] : []), 'nvidia-smi', `--query-gpu=${fields.join(',')}`, CSV, '-lms', '1000'];
}

/** What this driver can be asked. A help that cannot be read is no fault: then the driver refuses field by field. */
export async function readKnowledge(transport: Transport): Promise<FieldKnowledge> {
  const help = await transport.exec(['nvidia-smi', '--help-query-gpu'], { timeoutMs: QUERY_TIMEOUT_MS });
  if (help.exitCode === 127) throw new PanelException(faultError('not-installed', help.stderr));
  return { known: help.exitCode === 0 ? parseHelp(help.stdout) : null, refused: new Set() };
}

/**
 * Runs one `--query-gpu`, leaving out what the driver refuses, one field at a time.
 * Throws `gpu-…` (see failures.ts) and what Transport throws.
 */
export async function queryGpu<P extends { readonly fields: readonly string[] }>(
  transport: Transport,
  knowledge: FieldKnowledge,
  planOf: (knowledge: FieldKnowledge) => P,
): Promise<{ readonly text: string; readonly plan: P; readonly knowledge: FieldKnowledge }> {
  let known = knowledge;
  for (let attempt = 0; ; attempt += 1) {
    const plan = planOf(known);
    const { exitCode, stdout, stderr } = await transport.exec(['nvidia-smi', `--query-gpu=${plan.fields.join(',')}`, CSV], {
      timeoutMs: QUERY_TIMEOUT_MS,
    });
    if (exitCode === 0) return { text: stdout, plan, knowledge: known };
    const said = `${stdout}\n${stderr}`;
    const refused = refusedField(said);
    if (refused === null || known.refused.has(refused) || attempt >= MAX_REFUSALS)
      throw new PanelException(faultError(classifyFailure(exitCode, said), said));
    known = { ...known, refused: new Set([...known.refused, refused]) };
  }
}
