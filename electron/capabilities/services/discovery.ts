import { z } from 'zod';
import { CHAIN_ROLE_COUNT, placeInChain } from '../../../shared/chain-units.ts';
import { UnitName } from '../../../shared/identifiers.ts';
import { outputLines } from '../../../shared/output-lines.ts';
import { plainText } from '../../../shared/plain-text.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { systemdUnreachableError } from './errors.ts';

export interface FoundUnit {
  readonly name: string;
  readonly description: string;
  readonly activeState: string;
}

const ListedUnit = z.object({ unit: z.string(), load: z.string(), active: z.string(), description: z.string() });
const ListedFile = z.object({ unit_file: z.string(), state: z.string() });

/** Before systemd 246 `--output=json` prints the table, whose plain form without legend has columns separated by blanks. */
const OPTIONS = ['--output=json', '--plain', '--no-legend', '--full', '--no-pager'];

/**
 * All service units of the host, running or only installed, by name. Parses `systemctl list-units` and
 * `list-unit-files` (systemctl(1)) as JSON or as a table; rows of other units are skipped.
 * Throws systemd-absent, systemd-unreachable and what Transport.exec throws.
 */
export async function listServices(transport: Transport): Promise<readonly FoundUnit[]> {
  const [units, files] = await Promise.all([
    transport.exec(['systemctl', 'list-units', '--type=service', '--all', ...OPTIONS]),
    transport.exec(['systemctl', 'list-unit-files', '--type=service', ...OPTIONS]),
  ]);
  const loaded = rowsOf(units.stdout, ListedUnit, ['unit', 'load', 'active', 'sub', 'description']);
  const installed = rowsOf(files.stdout, ListedFile, ['unit_file', 'state', 'preset']);
  if (loaded === null && installed === null) throw systemdUnreachableError(units.exitCode, units.stderr);
  const found = new Map<string, FoundUnit>();
  // A template (name@.service) cannot be started.
  for (const row of installed ?? []) add(found, { name: row.unit_file, description: '', activeState: 'inactive' });
  for (const row of loaded ?? []) {
    if (row.load !== 'not-found')
      add(found, { name: row.unit, description: plainText(row.description), activeState: plainText(row.active) });
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function add(found: Map<string, FoundUnit>, unit: FoundUnit): void {
  if (UnitName.safeParse(unit.name).success && !unit.name.endsWith('@.service')) found.set(unit.name, unit);
}

/** The rows of a list of systemctl, as JSON or as a table of these columns, the last of which may contain blanks; null = neither. */
export function parseListing(text: string, columns: readonly string[]): readonly unknown[] | null {
  return parseJsonArray(text) ?? tableRows(text, columns);
}

function rowsOf<T>(text: string, row: z.ZodType<T>, columns: readonly string[]): readonly T[] | null {
  const items = parseListing(text, columns);
  if (items === null) return null;
  return items.flatMap((item: unknown) => {
    const checked = row.safeParse(item);
    return checked.success ? [checked.data] : [];
  });
}

/** Ten times the list of a large host. */
const MAX_JSON_CHARS = 512 * 1024;

function parseJsonArray(text: string): readonly unknown[] | null {
  if (text.length > MAX_JSON_CHARS) return null;
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

function tableRows(text: string, columns: readonly string[]): readonly Record<string, string>[] | null {
  const rows = outputLines(text).flatMap((line): Record<string, string>[] => {
    // In a table that is not plain, a symbol before the name marks the state.
    const words = line.replace(/^[●*○×↻ ]+/u, '').split(/ +/);
    if (!words[0]?.endsWith('.service')) return [];
    const cells = [...words.slice(0, columns.length - 1), words.slice(columns.length - 1).join(' ')];
    return [Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? '']))];
  });
  return rows.length === 0 ? null : rows;
}

/**
 * The units to show: first the operator's order, then units of the chain, then other pinned units. Units of `order` that are neither
 * pinned nor found are not shown.
 */
export function chooseUnits(o: {
  readonly found: readonly string[];
  readonly pinned: readonly string[];
  readonly order: readonly string[];
}): readonly string[] {
  const shown = new Set([...o.found.filter((name) => placeInChain(name) !== null), ...o.pinned]);
  const byOrder = o.order.filter((name) => shown.has(name));
  const rest = [...shown].filter((name) => !byOrder.includes(name));
  const rank = (name: string): number => placeInChain(name) ?? CHAIN_ROLE_COUNT;
  rest.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return [...new Set([...byOrder, ...rest])];
}
