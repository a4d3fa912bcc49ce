import type { ServiceVerdict } from '../../../shared/capabilities/services/contract.ts';
import type { ShownUnit } from './show-parser.ts';
import { describeRestarting, describeResult, REASONS, VERDICTS } from './text.ts';

type Facts = Pick<
  ShownUnit,
  'loadState' | 'activeState' | 'subState' | 'result' | 'unitFileState' | 'execMainCode' | 'execMainStatus' | 'restarts' | 'type'
>;

/** The state of a unit from systemd's states. Pure; a state that systemd does not document gives an unknown verdict with its name. */
export function verdictOf(unit: Facts): ServiceVerdict {
  const byLoading = verdictOfLoading(unit);
  if (byLoading !== null) return byLoading;
  const why = describeResult(unit);
  switch (unit.activeState) {
    case 'active':
      if (unit.subState === 'exited') return { tone: 'good', word: VERDICTS.completed, why: REASONS.completed };
      return { tone: 'good', word: unit.subState === 'running' ? VERDICTS.running : `active (${unit.subState})`, why: null };
    case 'reloading':
    case 'refreshing':
      return { tone: 'busy', word: VERDICTS.reloading, why: null };
    case 'activating':
      if (unit.subState.startsWith('auto-restart')) return { tone: 'warning', word: describeRestarting(unit.restarts), why };
      return { tone: 'busy', word: VERDICTS.starting, why: null };
    case 'deactivating':
      return { tone: 'busy', word: VERDICTS.stopping, why: null };
    case 'failed':
      return { tone: 'bad', word: VERDICTS.failed, why };
    case 'maintenance':
      return { tone: 'busy', word: VERDICTS.maintenance, why: null };
    case 'inactive':
      return { tone: 'off', word: VERDICTS.stopped, why };
    default:
      return { tone: 'unknown', word: unit.activeState === '' ? VERDICTS.unknown : unit.activeState, why: null };
  }
}

function verdictOfLoading(unit: Facts): ServiceVerdict | null {
  // A unit may still run after its file was masked or removed; its process decides then.
  const isUp = unit.activeState !== 'inactive' && unit.activeState !== '';
  switch (unit.loadState) {
    case 'not-found':
      return isUp ? null : { tone: 'unknown', word: VERDICTS.notInstalled, why: REASONS.notInstalled };
    case 'masked':
      return isUp ? null : { tone: 'off', word: VERDICTS.masked, why: REASONS.masked };
    case 'error':
    case 'bad-setting':
      return isUp ? null : { tone: 'bad', word: VERDICTS.unitFileInvalid, why: REASONS.unitFileInvalid };
    default:
      return null;
  }
}
