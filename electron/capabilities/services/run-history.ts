import type { ServiceRun } from '../../../shared/capabilities/services/contract.ts';
import { isRecord } from '../../../shared/record.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { parseEntry } from '../journal/entry-parser.ts';
import { describeResult } from './text.ts';

/** Lines of systemd about one unit; a start and a stop have about five. */
const MAX_LINES = 400;
const MAX_RUNS = 40;
const MAX_LINE_CHARS = 16_384;
const FIELDS = 'MESSAGE,MESSAGE_ID,UNIT,UNIT_RESULT,EXIT_CODE,EXIT_STATUS,PRIORITY,_PID,SYSLOG_IDENTIFIER';

/** MESSAGE_IDs of systemd (sd-messages.h). */
const STARTING = '7d4958e842da4a758f6c1cdc7b36dcc5';
const STARTED = '39f53479d3a045ac8e11786248231fbf';
const EXITED = '98e322203f7a4ed290d09fe03c09fe15';
const FAILED = 'd9b373ed55a64feb8242e02dbe79a49c';
const STOPPED = '9d1aaa27d60140bd96365438aad20286';
const RESTART_SCHEDULED = '5eb03494b6584870a536b337290809b3';

/** CLD_* of a main process, as systemd names them in EXIT_CODE. */
const EXIT_CODES: Readonly<Record<string, number>> = { exited: 1, killed: 2, dumped: 3 };

interface Step {
  readonly at: number;
  readonly bootId: string;
  readonly id: string;
  readonly text: (field: string) => string;
}

function readStep(line: string): Step | null {
  if (line === '' || line.length > MAX_LINE_CHARS) return null;
  const entry = parseEntry(line);
  if (entry === null) return null;
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch {
    return null;
  }
  if (!isRecord(fields)) return null;
  const record = fields;
  const text = (name: string): string => {
    const value = record[name];
    return typeof value === 'string' ? value : '';
  };
  return { at: entry.at, bootId: entry.bootId, id: text('MESSAGE_ID'), text };
}

interface OpenRun {
  startedAt: number;
  cause: ServiceRun['cause'];
  bootId: string;
  exit: { readonly code: number | null; readonly status: number | null } | null;
}

/**
 * The runs of one unit, newest first, from systemd's lines about it (`journalctl -o json`, oldest first). Times in epoch ms of the
 * host. A run that began before the first line is left out. Never throws.
 */
export function runsOf(journal: readonly string[]): ServiceRun[] {
  const runs: ServiceRun[] = [];
  const state: { open: OpenRun | null } = { open: null };
  let isAutomatic = false;
  let lastBootId: string | null = null;
  const close = (ending: ServiceRun['ending'], at: number | null, why: string | null): void => {
    if (state.open !== null) runs.push({ startedAt: state.open.startedAt, endedAt: at, ending, why, cause: state.open.cause });
    state.open = null;
  };
  for (const line of journal.slice(-MAX_LINES)) {
    const step = readStep(line);
    if (step === null) continue;
    const { at, bootId, id, text } = step;
    if (state.open !== null && state.open.bootId !== bootId) close('host-ended', null, null);
    const isFirstOfBoot = lastBootId !== null && lastBootId !== bootId;
    if (id === STARTING || (id === STARTED && state.open === null)) {
      close('unknown', null, null);
      state.open = { startedAt: at, cause: isAutomatic ? 'systemd' : isFirstOfBoot ? 'boot' : 'unknown', bootId, exit: null };
      isAutomatic = false;
    } else if (id === EXITED && state.open !== null) {
      state.open.exit = { code: EXIT_CODES[text('EXIT_CODE')] ?? null, status: numberOf(text('EXIT_STATUS')) };
    } else if (id === FAILED) {
      const exit = state.open?.exit;
      close(
        'failed',
        at,
        describeResult({ result: text('UNIT_RESULT'), execMainCode: exit?.code ?? null, execMainStatus: exit?.status ?? null }),
      );
    } else if (id === STOPPED) close('stopped', at, null);
    else if (id === RESTART_SCHEDULED) isAutomatic = true;
    lastBootId = bootId;
  }
  close('running', null, null);
  return runs.toReversed().slice(0, MAX_RUNS);
}

const numberOf = (text: string): number | null => (/^\d{1,6}$/.test(text) ? Number(text) : null);

/** Reads the runs of a unit from the host's journal. Throws what exec throws; a journal that cannot be read has no runs. */
export async function readRuns(transport: Transport, unit: string): Promise<ServiceRun[]> {
  const { stdout } = await transport.exec([
    ...['journalctl', '-o', 'json', '--no-pager', `--output-fields=${FIELDS}`, '-n', String(MAX_LINES)],
    ...['_PID=1', `UNIT=${unit}`],
  ]);
  return runsOf(stdout.split('\n'));
}
