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
