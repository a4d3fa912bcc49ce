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
export function dayOf(at: number): string {
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

/**
 * Parses a typed time: `14:02`, `14:02:31`, `yesterday 14:02`, `2026-11-22 14:02[:31]`, `10 min ago`.
 * A clock time later than now is yesterday's. Time zone of this computer; null = not a time.
 */
export function parseMoment(typed: string, now: number): number | null {
  const text = typed.trim().toLowerCase();
  if (text === 'now') return now;
  const ago = /^(\d+(?:\.\d+)?)\s*(s|sec|m|min|h|hours?|d|days?)(?:\s+ago)?$/.exec(text);
  if (ago !== null) {
    const unit = (ago[2] ?? 'm').charAt(0);
    const perUnitMs = unit === 's' ? 1000 : unit === 'm' ? 60_000 : unit === 'h' ? 3_600_000 : 86_400_000;
    return now - Number(ago[1]) * perUnitMs;
  }
  const full = /^(?:(\d{4})-(\d{1,2})-(\d{1,2})[t ]\s*|(yesterday)\s+|today\s+)?(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (full === null) return null;
  const [hour, minute, second] = [Number(full[5]), Number(full[6]), Number(full[7] ?? '0')];
  if (hour > 23 || minute > 59 || second > 59) return null;
  const moment = new Date(now);
  if (full[1] !== undefined) {
    const [month, day] = [Number(full[2]), Number(full[3])];
    moment.setFullYear(Number(full[1]), month - 1, day);
    if (moment.getMonth() !== month - 1 || moment.getDate() !== day) return null;
  }
  moment.setHours(hour, minute, second, 0);
  if (full[4] !== undefined) moment.setDate(moment.getDate() - 1);
  else if (full[1] === undefined && !text.startsWith('today') && moment.getTime() > now) moment.setDate(moment.getDate() - 1);
  return moment.getTime();
}
