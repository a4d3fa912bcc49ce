import type { ServiceUnit } from '../capabilities/services/contract.ts';
import { type ChainRole, roleOfUnit } from '../chain-units.ts';
import type { CodedError } from '../errors.ts';
import { formatMiB } from '../format.ts';
import { vramOfUnit } from '../gpu-summary.ts';
import { shortUnitName } from '../unit-names.ts';
import { type Answer, answerOfComfyUi, answerOfInvokeAi, answerOfProbe } from './answers.ts';
import { HOST_OFFLINE, LABELS, STATES } from './text.ts';
import type { Action, Evidence, Link, Snapshot } from './types.ts';
import { onThisClock, stateOfUnit, type UnitState } from './unit-state.ts';

/** InvokeAI loads for half a minute and longer before it listens; the others at once. */
const STARTUP_MS = { generator: 90_000, shim: 15_000, nginx: 15_000 } as const;

export const unitOfRole = ({ services }: Snapshot, role: ChainRole): ServiceUnit | undefined =>
  services.units.find((unit) => roleOfUnit(unit.name) === role);

export const isRunning = (unit: ServiceUnit | undefined): boolean => unit?.activeState === 'active';

/** InvokeAI or ComfyUI: whichever runs, else whichever replies, else whichever is installed. */
export function generatorOf(snapshot: Snapshot): 'InvokeAI' | 'ComfyUI' {
  const invokeai = unitOfRole(snapshot, 'invokeai');
  const comfyui = unitOfRole(snapshot, 'comfyui');
  if (isRunning(invokeai) !== isRunning(comfyui)) return isRunning(comfyui) ? 'ComfyUI' : 'InvokeAI';
  if (isRunning(invokeai) || snapshot.models.phase.kind === 'live') return 'InvokeAI';
  if (snapshot.comfyui.phase.kind === 'live') return 'ComfyUI';
  return invokeai === undefined && comfyui !== undefined ? 'ComfyUI' : 'InvokeAI';
}

export function generatorLink(snapshot: Snapshot): Link {
  const label = generatorOf(snapshot);
  const { models, comfyui, probes, nowMs } = snapshot;
  return label === 'InvokeAI'
    ? unitLink('generator', { label, role: 'invokeai', answer: answerOfInvokeAi(models, probes, nowMs), snapshot })
    : unitLink('generator', { label, role: 'comfyui', answer: answerOfComfyUi(comfyui, probes, nowMs), snapshot });
}

export const shimLink = (snapshot: Snapshot): Link =>
  unitLink('shim', { label: LABELS.shim, role: 'shim', answer: answerOfProbe(snapshot.probes, 'shim'), snapshot });

export const nginxLink = (snapshot: Snapshot): Link =>
  unitLink('nginx', { label: LABELS.nginx, role: 'nginx', answer: answerOfProbe(snapshot.probes, 'nginx'), snapshot });

interface UnitLinkOptions {
  readonly label: string;
  readonly role: ChainRole;
  readonly answer: Answer;
  readonly snapshot: Snapshot;
}

function unitLink(id: 'generator' | 'shim' | 'nginx', { label, role, answer, snapshot }: UnitLinkOptions): Link {
  const found = unitOfRole(snapshot, role);
  const base = { id, label, unit: found?.name ?? null, actions: [], error: null, occurrence: '', causedBy: null } as const;
  if (snapshot.connection.kind !== 'online') {
    const evidence = found === undefined ? [] : [systemdEvidence(found, snapshot)];
    return { ...base, severity: 'unknown', state: STATES.unknown, fact: HOST_OFFLINE, since: null, evidence };
  }
  const unit = found?.loadState === 'not-found' ? undefined : found;
  const { isHanging, ...state } = stateOfUnit(unit, answer, { snapshot, startupMs: STARTUP_MS[id] });
  const heldMiB = state.severity === 'ok' && unit !== undefined ? vramOfUnit(snapshot.gpu.processes, unit.name) : null;
  return {
    ...base,
    ...state,
    ...(heldMiB === null ? {} : { fact: `${formatMiB(heldMiB)} VRAM` }),
    evidence: [...(unit === undefined ? [] : [systemdEvidence(unit, snapshot)]), ...httpEvidence(answer)],
    actions: unit === undefined ? [] : actionsOf(unit),
    error:
      state.severity === 'critical' || state.severity === 'warning'
        ? unitLinkError({ label, unit, answer, state, isHanging, snapshot })
        : null,
    // A unit that fails again has another invocation ID.
    occurrence:
      unit === undefined ? '' : `${unit.invocationId ?? ''} ${unit.activeState === 'active' ? state.state : (unit.stateChangedAt ?? '')}`,
  };
}

export function actionsOf(unit: ServiceUnit): readonly Action[] {
  const logs = { kind: 'open', page: 'logs', unit: unit.name } as const;
  if (unit.loadState !== 'loaded') return [logs];
  if (unit.activeState === 'inactive' || unit.activeState === 'failed')
    return [{ kind: 'service', unit: unit.name, verb: 'start', also: [] }, logs];
  const verb = (name: 'restart' | 'stop') => ({ kind: 'service', unit: unit.name, verb: name, also: [] }) as const;
  return [verb('restart'), verb('stop'), logs];
}

const systemdEvidence = (unit: ServiceUnit, snapshot: Snapshot): Evidence => ({
  source: 'systemd',
  text: `${unit.name}: ${unit.activeState}/${unit.subState}, result ${unit.result}`,
  at: onThisClock(unit.stateChangedAt, snapshot),
});

function httpEvidence(answer: Answer): readonly Evidence[] {
  if (answer.kind === 'none') return [];
  const text = answer.error?.message ?? answer.reasons[0] ?? `${answer.address} responds.`;
  return [{ source: 'http', text, at: answer.at }];
}

function unitLinkError(o: {
  readonly label: string;
  readonly unit: ServiceUnit | undefined;
  readonly answer: Answer;
  readonly state: Pick<Link, 'state' | 'fact'>;
  readonly isHanging: UnitState['isHanging'];
  readonly snapshot: Snapshot;
}): CodedError {
  const { label, unit, answer, state, snapshot } = o;
  const detail = answer.kind === 'known' ? answer.error?.detail : undefined;
  const withDetail = detail === undefined ? {} : { detail };
  if (unit !== undefined && unit.activeState !== 'active') return failedUnitError(unit, snapshot);
  if (state.state === STATES.notReady) {
    const reason = answer.kind === 'known' ? answer.reasons[0] : undefined;
    return {
      code: 'program-not-ready',
      layer: 'backend',
      message: reason === undefined ? `${label} is not ready.` : `${label} is not ready: ${sentence(reason)}`,
      hint: 'Fix the reason shown; see the logs for details.',
      retryable: true,
      ...withDetail,
    };
  }
  if (state.state === STATES.wrongProgram) {
    return {
      code: 'program-unexpected',
      layer: 'backend',
      message: `Another program than ${label} responds ${state.fact}.`,
      hint: 'Check on the host which program listens there, or change the address in Settings.',
      retryable: true,
      ...withDetail,
    };
  }
  const hint =
    unit === undefined
      ? 'Check on the host that it is running.'
      : `Restart ${shortUnitName(unit.name)}; if it still does not respond, see the logs.`;
  return {
    code: 'program-not-responding',
    layer: 'backend',
    message: `${label} is running but not responding ${state.fact}.`,
    hint,
    retryable: true,
    ...withDetail,
  };
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** The error of a unit that is failed, stopped or restarting, with the log lines of the last action. */
export function failedUnitError(unit: ServiceUnit, { actions }: Pick<Snapshot, 'actions'>): CodedError {
  const action = actions.find((known) => known.unit === unit.name && known.kind === 'failed');
  const { word, why } = unit.verdict;
  const reason = why === null ? 'See the logs for details.' : sentence(why.charAt(0).toUpperCase() + why.slice(1));
  const lines = action?.kind === 'failed' ? action.lastLines : [];
  return {
    code: 'unit-troubled',
    layer: 'systemd',
    message: describeVerdict(shortUnitName(unit.name), word),
    hint: reason,
    retryable: false,
    detail: [`${unit.name}: ${unit.activeState}/${unit.subState}, result ${unit.result}`, ...lines].join('\n'),
  };
}

function describeVerdict(name: string, word: string): string {
  if (word === 'failed') return `${name} failed.`;
  return word.startsWith('unit file') ? `${name}: ${word}.` : `${name} is ${word}.`;
}
