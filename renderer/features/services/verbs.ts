import type { ServiceUnit, Verb } from '../../../shared/capabilities/services/contract.ts';
import { TEXT } from './text.ts';

/** Whether the main process asks for a confirmation before the verb. */
export function isConfirmed(verb: Verb): boolean {
  return verb === 'stop' || verb === 'restart' || verb === 'disable';
}

/** Whether a verb applies to a unit in its present state. */
export function offers(unit: ServiceUnit, verb: Verb): boolean {
  const isLoaded = unit.loadState === 'loaded';
  const isRunning = ['active', 'activating', 'reloading', 'deactivating'].includes(unit.activeState);
  switch (verb) {
    case 'start':
      return isLoaded && !isRunning;
    case 'stop':
    case 'restart':
      return isLoaded && isRunning;
    case 'enable':
      return isLoaded && ['disabled', 'linked', 'enabled-runtime', 'indirect'].includes(unit.unitFileState);
    case 'disable':
      return isLoaded && unit.unitFileState.startsWith('enabled');
    case 'reset-failed':
      return unit.activeState === 'failed' || unit.result === 'start-limit-hit';
  }
}

/** The list with one unit moved by one place; the same order when it cannot move. */
export function moved(units: readonly string[], unit: string, by: -1 | 1): readonly string[] {
  const from = units.indexOf(unit);
  const other = units[from + by];
  if (from === -1 || other === undefined) return units;
  return units.map((name, at) => (at === from ? other : at === from + by ? unit : name));
}

/** Why systemd has nothing to do for this verb; null = it has. */
export function notOffered(unit: ServiceUnit, verb: Verb): string | null {
  if (offers(unit, verb)) return null;
  if (verb === 'reset-failed') return TEXT.notFailed;
  if (unit.loadState !== 'loaded') return unit.loadState === 'masked' ? TEXT.masked : TEXT.notInstalled;
  if (verb === 'enable') return unit.unitFileState === 'static' ? TEXT.cannotEnable : TEXT.alreadyEnabled;
  if (verb === 'disable') return TEXT.notEnabled;
  return verb === 'start' ? TEXT.alreadyRunning : TEXT.notRunning;
}

/** The verb that an operator usually wants next. */
export const mainVerb = (unit: ServiceUnit): 'start' | 'restart' => (offers(unit, 'restart') ? 'restart' : 'start');

/** The listed units that systemd stopped with this one and does not start again. */
export function stoppedDependants(unit: ServiceUnit, units: readonly ServiceUnit[]): readonly string[] {
  return units
    .filter((other) => unit.requiredBy.includes(other.name) && other.activeState === 'inactive' && offers(other, 'start'))
    .map(({ name }) => name);
}
