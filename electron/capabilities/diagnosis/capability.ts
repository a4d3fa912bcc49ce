import type { ActionProgress } from '../../../shared/capabilities/services/contract.ts';
import { diagnose } from '../../../shared/diagnosis/diagnose.ts';
import { gpuFiguresOf } from '../../../shared/diagnosis/gpu-figures.ts';
import type { Diagnosis } from '../../../shared/diagnosis/types.ts';
import { GPU_ROW_WIDTH } from '../../../shared/gpu-metrics.ts';
import { type HostContext, hostCapability } from '../capability.ts';
import { comfyUiCapability } from '../comfyui/capability.ts';
import { factsCapability } from '../facts/capability.ts';
import { gatewayCapability } from '../gateway/capability.ts';
import { gpuCapability } from '../gpu/capability.ts';
import { modelsCapability } from '../models/capability.ts';
import { probesCapability } from '../probes/capability.ts';
import { servicesCapability } from '../services/capability.ts';
import { createDismissals, type DismissedProblems } from './dismissals.ts';
import { type ProblemWatch, watchProblems } from './problem-watch.ts';

/** Dismissed problems, and the problems that begin and end. */
export interface DiagnosisRoom {
  readonly dismissals: DismissedProblems;
  readonly problems: ProblemWatch;
  /** As the window shows it. */
  current(): Diagnosis;
}

export const diagnosisCapability = hostCapability<'diagnosis', DiagnosisRoom>({
  name: 'diagnosis',
  create: (host) => {
    const dismissals = createDismissals({ hostId: host.hostId, lastKnown: host.lastKnown });
    return { dismissals, ...watchHost(host, dismissals) };
  },
  handlers: {
    'diagnosis.dismissals': ({ dismissals }) => dismissals.read(),
    'diagnosis.dismiss': ({ dismissals }, { problemId, occurrence }) => {
      dismissals.dismiss(problemId, occurrence);
      return dismissals.read();
    },
    'diagnosis.restore': ({ dismissals }) => {
      dismissals.restore();
      return dismissals.read();
    },
  },
  events: ({ dismissals }, emit) => [dismissals.onChange((known) => emit('diagnosis.dismissalsChanged', known))],
  initial: ({ dismissals }, emit) => emit('diagnosis.dismissalsChanged', dismissals.read()),
  stop: ({ problems }) => problems.stop(),
});

function watchHost(host: HostContext, dismissals: DismissedProblems): Pick<DiagnosisRoom, 'problems' | 'current'> {
  const { connection, now } = host;
  const facts = host.use(factsCapability);
  const gpu = host.use(gpuCapability);
  const services = host.use(servicesCapability);
  const probes = host.use(probesCapability);
  const models = host.use(modelsCapability);
  const comfyui = host.use(comfyUiCapability);
  const gateway = host.use(gatewayCapability);
  const actions = new Map<string, ActionProgress>();
  const current = (): Diagnosis => {
    const status = gpu.status();
    return diagnose({
      nowMs: now(),
      // Only the window knows whether this computer has a network; the connection's state reports the loss here.
      isComputerOnline: true,
      host: host.currentProfile(),
      connection: connection.snapshot.state,
      connectionChangedAt: connection.snapshot.changedAt,
      facts: facts.current(),
      gpu: status,
      gpuFigures: gpuFiguresOf(status, (uuid) => status.latest.find(({ gpuUuid }) => gpuUuid === uuid)?.rows.slice(-GPU_ROW_WIDTH) ?? null),
      services: services.state(),
      actions: [...actions.values()],
      probes: probes.state(),
      models: models.state(),
      comfyui: comfyui.state(),
      gateway: gateway.state(),
      dismissed: dismissals.read(),
    });
  };
  const problems = watchProblems({
    isOnline: () => connection.snapshot.state.kind === 'online',
    diagnose: current,
    subscribe: (changed) => [
      connection.onChange(changed),
      gpu.onChange(changed),
      services.onChange(changed),
      services.onAction((action) => {
        actions.set(action.unit, action);
        changed();
      }),
      probes.onChange(changed),
      models.onChange(changed),
      comfyui.onChange(changed),
      gateway.onChange(changed),
    ],
  });
  return { problems, current };
}
