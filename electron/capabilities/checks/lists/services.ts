import { formatDuration } from '../../../../shared/format.ts';
import { readUnitStates } from '../../../foundation/host-reader/answers.ts';
import { parseTimestampMs } from '../../services/show-parser.ts';
import { UNITS_REQUEST } from '../../setup/adopt/service-facts.ts';
import type { Check, Finding } from '../check.ts';
import { byHand, byRecipe, fail, pass, skipped, unknown, warn } from '../check.ts';
import type { CheckSources } from '../sources.ts';
import { CHAIN_SERVICES, type ChainService, type Looked, readsOf, type UnitState, whyNotUsed } from './chain-services.ts';
import { judgeFiles } from './services-files.ts';
import { judgeListening } from './services-listening.ts';
import { judgeCurrent, judgeStable, logRequestOf } from './services-stable.ts';
import { SERVICES_TEXT as TEXT } from './services-text.ts';

type Aspect = keyof typeof TEXT.title;

const JUDGES: Readonly<Record<Aspect, (looked: Looked) => Finding>> = {
  running: judgeRunning,
  enabled: judgeEnabled,
  stable: judgeStable,
  current: judgeCurrent,
  listening: judgeListening,
  files: judgeFiles,
};
const ASPECTS: readonly Aspect[] = ['running', 'enabled', 'stable', 'current', 'listening', 'files'];

/** The services of the chain, each in the same six respects. */
export const SERVICES_CHECKS: readonly Check[] = CHAIN_SERVICES.flatMap((service) => ASPECTS.map((aspect) => checkOf(service, aspect)));

function checkOf(service: ChainService, aspect: Aspect): Check {
  const { key, unit, name } = service;
  const { first, second } = readsOf(unit);
  const own = aspect === 'stable' ? [logRequestOf(unit)] : aspect === 'running' ? ['clock'] : [];
  return {
    id: `service-${key}-${aspect}`,
    title: TEXT.title[aspect](name),
    group: 'services',
    layer: 'systemd',
    cost: 'reads',
    about: TEXT.about[aspect](unit),
    reads: { first: [...first, ...own], second },
    run: ({ host }) => {
      const answers = host.answers();
      const state = readUnitStates(answers.get(UNITS_REQUEST)).get(unit);
      if (state === undefined || !/^[a-z-]{3,20}$/.test(state.get('LoadState') ?? '')) return unknown(TEXT.notReported(unit));
      const reason = whyNotUsed(service, answers);
      if (reason !== null) return skipped(reason);
      if (aspect !== 'running' && state.get('LoadState') === 'not-found') return unknown(TEXT.noUnit(unit));
      return JUDGES[aspect]({ service, state, host });
    },
  };
}

/** Properties of a state as evidence. */
const shown = (state: UnitState, ...keys: readonly string[]): readonly string[] =>
  keys.flatMap((key) => (state.has(key) ? [`${key}=${state.get(key) ?? ''}`] : []));

function judgeRunning({ service: { unit, name, recipe }, state, host }: Looked): Finding {
  const evidence = shown(state, 'LoadState', 'ActiveState', 'SubState', 'Result', 'ExecMainStatus', 'StateChangeTimestamp');
  const load = state.get('LoadState');
  if (load === 'not-found') return fail(TEXT.noUnit(unit), byRecipe(recipe, TEXT.apply(name)), ...evidence);
  if (load === 'masked') return fail(TEXT.masked(unit), byHand(TEXT.unmask(unit)), ...evidence);
  const [active, status, result = ''] = [state.get('ActiveState'), state.get('ExecMainStatus') ?? '0', state.get('Result')];
  const why = status === '0' || !/^\d{1,3}$/.test(status) ? TEXT.result(result) : TEXT.exit(status);
  switch (active) {
    case 'active':
    case 'reloading': {
      const pid = state.get('MainPID') ?? '0';
      const startedMs = parseTimestampMs(state.get('StateChangeTimestamp') ?? '');
      const nowMs = clockOf(host);
      const since = startedMs === null || nowMs === null ? '' : TEXT.since(formatDuration(nowMs - startedMs));
      return pass(TEXT.running(unit, pid === '0' ? '' : TEXT.process(pid), since), ...evidence);
    }
    case 'activating':
      return state.get('SubState') === 'auto-restart'
        ? fail(TEXT.failed(unit, why), byHand(TEXT.seeLog(unit)), ...evidence)
        : warn(TEXT.starting(unit), byHand(TEXT.waitForStart), ...evidence);
    case 'failed':
      return fail(TEXT.failed(unit, why), byHand(TEXT.seeLog(unit)), ...evidence);
    case 'inactive':
    case 'deactivating':
      return fail(TEXT.stopped(unit), byHand(TEXT.start(unit)), ...evidence);
    default:
      return unknown(TEXT.notReported(unit), null, ...evidence);
  }
}

/** The time of the host by its own clock; null = not reported. */
function clockOf(host: CheckSources['host']): number | null {
  const seconds = (host.answers().get('clock')?.lines[0] ?? '').slice(0, 40);
  return /^\d{9,11}\.\d{1,9}$/.test(seconds) ? Number(seconds) * 1000 : null;
}

/** States of systemctl(1), is-enabled: those in which another unit starts this one. */
const STARTED_BY_OTHERS: ReadonlySet<string> = new Set(['static', 'alias', 'indirect', 'generated']);

function judgeEnabled({ service: { unit, name, recipe }, state }: Looked): Finding {
  const word = state.get('UnitFileState') ?? '';
  const evidence = shown(state, 'UnitFileState', 'FragmentPath');
  if (word === 'enabled') return pass(TEXT.enabled(unit), ...evidence);
  if (STARTED_BY_OTHERS.has(word)) return pass(TEXT.enabledAs(unit, word), ...evidence);
  if (word === 'masked' || word === 'masked-runtime') return fail(TEXT.masked(unit), byHand(TEXT.unmask(unit)), ...evidence);
  if (word === '') return unknown(TEXT.notReported(unit), null, ...evidence);
  return warn(TEXT.disabled(unit), byRecipe(recipe, TEXT.apply(name)), ...evidence);
}
