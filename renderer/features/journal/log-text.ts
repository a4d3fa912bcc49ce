import type { JournalEntry } from '../../../shared/capabilities/journal/contract.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import type { LogRow } from '../../stores/journal/log-buffer.ts';

const two = (value: number): string => String(value).padStart(2, '0');

/** `14:02:31.482`, in this computer's time zone. */
export function clockOf(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** `2026-11-22 14:02:31.482`, in this computer's time zone. */
export function stampOf(at: number): string {
  return `${dayOf(at)} ${clockOf(at)}`;
}

/** `2026-11-22`, in this computer's time zone. */
function dayOf(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** One entry in a form like that of `journalctl -o short-iso`. */
export function entryAsText(entry: JournalEntry): string {
  const source = entry.pid === null ? entry.identifier : `${entry.identifier}[${entry.pid}]`;
  return `${stampOf(entry.at)} ${shortUnitName(entry.unit)} ${source}: ${entry.text}`;
}

/** A row as text for the clipboard. */
export function rowAsText(row: LogRow): string {
  return row.kind === 'entry' ? entryAsText(row.entry) : `--- ${stampOf(row.mark.at)} ${row.mark.message} ---`;
}
