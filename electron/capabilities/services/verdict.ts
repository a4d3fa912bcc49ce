import type { ServiceVerdict } from '../../../shared/capabilities/services/contract.ts';
import { explainResult } from './exit-words.ts';
import type { ShownUnit } from './show-parser.ts';

type Facts = Pick<
  ShownUnit,
  'loadState' | 'activeState' | 'subState' | 'result' | 'unitFileState' | 'execMainCode' | 'execMainStatus' | 'restarts' | 'type'
>;

/** What the words of systemd amount to for the operator. Pure; unknown words give an unknown verdict with the words themselves. */
export function verdictOf(unit: Facts): ServiceVerdict {
  const byLoading = verdictOfLoading(unit);
  if (byLoading !== null) return byLoading;
  const why = explainResult(unit);
  switch (unit.activeState) {
    case 'active':
      if (unit.subState === 'exited') return { tone: 'good', word: 'done', why: 'it ran to its end, as meant' };
      return { tone: 'good', word: unit.subState === 'running' ? 'running' : `active (${unit.subState})`, why: null };
    case 'reloading':
    case 'refreshing':
      return { tone: 'busy', word: 'reloading', why: null };
    case 'activating':
      if (unit.subState.startsWith('auto-restart')) return { tone: 'warning', word: `restarting${times(unit.restarts)}`, why };
      return { tone: 'busy', word: 'starting', why: null };
    case 'deactivating':
      return { tone: 'busy', word: 'stopping', why: null };
    case 'failed':
      return { tone: 'bad', word: 'failed', why };
    case 'maintenance':
      return { tone: 'busy', word: 'in maintenance', why: null };
    case 'inactive':
      return { tone: 'off', word: 'stopped', why };
    default:
      return { tone: 'unknown', word: unit.activeState === '' ? 'unknown' : unit.activeState, why: null };
  }
}

function verdictOfLoading(unit: Facts): ServiceVerdict | null {
  // A unit can run on after its file was masked or removed: then what runs is said.
  const isUp = unit.activeState !== 'inactive' && unit.activeState !== '';
  switch (unit.loadState) {
    case 'not-found':
      return isUp ? null : { tone: 'unknown', word: 'not installed', why: 'the host has no unit file of this name' };
    case 'masked':
      return isUp ? null : { tone: 'off', word: 'masked', why: 'it is masked: it cannot be started until it is unmasked' };
    case 'error':
    case 'bad-setting':
      return isUp ? null : { tone: 'bad', word: 'unit file broken', why: 'systemd cannot read its unit file' };
    default:
      return null;
  }
}

function times(restarts: number | null): string {
  if (restarts === null || restarts === 0) return '';
  return restarts === 1 ? ', once so far' : `, ${restarts} times`;
}
