import { SHOW_PROPERTIES } from '../../../shared/host-scripts/services.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { systemdUnreachableError } from './errors.ts';
import { parseShow, type ShownUnit } from './show-parser.ts';

const SHOW_TIMEOUT_MS = 15_000;

/**
 * Reads all these units in one round trip, keyed by the requested name (systemctl prints an alias under its real name).
 * Throws systemd-absent, systemd-unreachable and what Transport.exec throws.
 */
export async function readUnits(transport: Transport, names: readonly string[]): Promise<ReadonlyMap<string, ShownUnit>> {
  if (names.length === 0) return new Map();
  let answer = await show(transport, ['systemctl'], names, ['--timestamp=unix']);
  // Before systemd 247/248 the option is missing and times are printed as text in the time zone of systemctl.
  if (answer.exitCode !== 0 && answer.stdout === '' && /timestamp/.test(answer.stderr)) {
    answer = await show(transport, ['env', 'TZ=UTC', 'systemctl'], names, []);
  }
  const shown = parseShow(answer.stdout);
  if (shown.length === 0) throw systemdUnreachableError(answer.exitCode, answer.stderr);
  const units = new Map<string, ShownUnit>();
  const isComplete = shown.length === names.length;
  for (const [index, unit] of shown.entries()) {
    const requested = isComplete ? names[index] : names.find((name) => name === unit.id);
    if (requested !== undefined) units.set(requested, unit);
  }
  return units;
}

const show = (transport: Transport, program: readonly string[], names: readonly string[], options: readonly string[]) =>
  transport.exec([...program, 'show', '-p', SHOW_PROPERTIES, ...options, '--no-pager', '--', ...names], { timeoutMs: SHOW_TIMEOUT_MS });

/** Reads one unit; null = not in the output. */
export async function readUnit(transport: Transport, name: string): Promise<ShownUnit | null> {
  return (await readUnits(transport, [name])).get(name) ?? null;
}
