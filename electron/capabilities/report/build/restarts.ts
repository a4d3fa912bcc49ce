import type { HostPast, UnitChange } from '../data.ts';
import type { Span } from '../document.ts';

/** A start of a unit, or an end without one. */
export interface Restart {
  readonly atMs: number;
  readonly unit: string;
  readonly what: 'restarted' | 'started' | 'stopped';
  /** How long it was down; null = not known, or it still is. */
  readonly downMs: number | null;
  readonly cause: Cause;
  /** What systemd logged of the end; null = nothing. */
  readonly ending: string | null;
}

export type Cause =
  | { readonly kind: 'boot' }
  | { readonly kind: 'automatic' }
  | { readonly kind: 'command'; readonly user: string; readonly command: string }
  | { readonly kind: 'unknown' };

/** A command of systemctl waits for its job this long at most before the job is logged. */
const COMMAND_WITHIN_MS = 15_000;
/** Units start within this time of a boot. */
const BOOT_WITHIN_MS = 600_000;
const FIRST_BOOT_WITHIN_MS = 120_000;

/** Starts and ends of all units in the span, oldest first, each with who or what caused it where the host's logs say so. */
export function restartsOf(past: HostPast, span: Span): readonly Restart[] {
  const isWithin = ({ atMs }: UnitChange): boolean => atMs >= span.fromMs && atMs < span.toMs;
  return past.units.flatMap(({ name, changes }) => restartsOfUnit(name, changes.filter(isWithin), past)).sort((a, b) => a.atMs - b.atMs);
}

function restartsOfUnit(unit: string, changes: readonly UnitChange[], past: HostPast): readonly Restart[] {
  const restarts: Restart[] = [];
  let ended: UnitChange | null = null;
  let ending: string | null = null;
  let isScheduled = false;
  for (const change of changes) {
    if (change.kind === 'scheduled') isScheduled = true;
    else if (change.kind !== 'started') {
      ended ??= change;
      // The exit status says more than that it stops.
      if (change.kind === 'down') ending ??= change.text;
    } else {
      restarts.push({
        atMs: change.atMs,
        unit,
        what: ended === null ? 'started' : 'restarted',
        downMs: ended === null ? null : change.atMs - ended.atMs,
        cause: causeOf(unit, ended?.atMs ?? null, change.atMs, isScheduled, past),
        ending: ending ?? ended?.text ?? null,
      });
      [ended, ending, isScheduled] = [null, null, false];
    }
  }
  if (ended !== null) {
    const cause = causeOf(unit, ended.atMs, ended.atMs, false, past);
    restarts.push({ atMs: ended.atMs, unit, what: 'stopped', downMs: null, cause, ending: ending ?? ended.text });
  }
  return restarts;
}

function causeOf(unit: string, endedMs: number | null, atMs: number, isScheduled: boolean, past: HostPast): Cause {
  const fromMs = endedMs ?? atMs;
  const name = unit.replace(/\.service$/, '');
  const isOf = (command: string): boolean => command.split(/\s+/).some((word) => word === name || word === unit);
  const command = past.commands.findLast((one) => one.atMs >= fromMs - COMMAND_WITHIN_MS && one.atMs <= atMs + 1_000 && isOf(one.command));
  if (command !== undefined) return { kind: 'command', user: command.user, command: command.command };
  const isBoot = past.boots.some((boot, index) => {
    // The journal may begin later than the host.
    const withinMs = index === 0 ? FIRST_BOOT_WITHIN_MS : BOOT_WITHIN_MS;
    return boot.fromMs <= atMs && atMs - boot.fromMs < withinMs && (endedMs === null || boot.fromMs >= endedMs);
  });
  if (isBoot) return { kind: 'boot' };
  return { kind: isScheduled ? 'automatic' : 'unknown' };
}
