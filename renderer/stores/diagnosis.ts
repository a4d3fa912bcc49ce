import { useMemo, useSyncExternalStore } from 'react';
import type { Dismissals } from '../../shared/capabilities/diagnosis/contract.ts';
import { diagnose } from '../../shared/diagnosis/diagnose.ts';
import { gpuFiguresOf } from '../../shared/diagnosis/gpu-figures.ts';
import type { Diagnosis, Problem } from '../../shared/diagnosis/types.ts';
import { bridge } from '../bridge.ts';
import { useNow } from '../ui/clock.ts';
import { useLastValue } from '../ui/use-last-value.ts';
import { useComfyUiState } from './comfyui.ts';
import { useHostFacts } from './facts.ts';
import { useGatewayState } from './gateway.ts';
import { useGpuStatus } from './gpu.ts';
import { useRows } from './gpu-rows.ts';
import { createHostState } from './host-state.ts';
import { useConnectionSnapshot, useHostProfile } from './hosts.ts';
import { useModelsState } from './models.ts';
import { useProbes } from './probes.ts';
import { useActions, useServicesState } from './services.ts';

const NOTHING_DISMISSED: Dismissals = {};

const dismissals = createHostState({
  initial: NOTHING_DISMISSED,
  read: (host) => host.diagnosis.dismissals(),
  onChanged: (listener) => bridge.diagnosis.onDismissalsChanged(listener),
});

function subscribeToNetwork(listener: () => void): () => void {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}

/**
 * The problems of the component's host; computed anew each second, since they show durations. Its parts stay the same objects
 * for as long as they say the same.
 */
export function useDiagnosis(): Diagnosis {
  const nowMs = useNow();
  const isComputerOnline = useSyncExternalStore(subscribeToNetwork, () => navigator.onLine);
  const host = useHostProfile();
  const { state: connection, changedAt } = useConnectionSnapshot();
  const facts = useHostFacts();
  const gpu = useGpuStatus();
  const rowOf = useRows(gpu);
  const services = useServicesState();
  const actions = useActions();
  const probes = useProbes();
  const models = useModelsState();
  const comfyui = useComfyUiState();
  const gateway = useGatewayState();
  const dismissed = dismissals.useState();
  return useLastValue(
    diagnose({
      nowMs,
      isComputerOnline,
      host,
      connection,
      connectionChangedAt: changedAt,
      facts,
      gpu,
      gpuFigures: gpuFiguresOf(gpu, rowOf),
      services,
      actions: Object.values(actions),
      probes,
      models,
      comfyui,
      gateway,
      dismissed,
    }),
  );
}

/** Hides problems of the host that the component is about, and shows them again. */
export function useDismissals(): { dismiss(problem: Pick<Problem, 'id' | 'occurrence'>): void; restore(): void } {
  const { attempt } = dismissals.useChange();
  return useMemo(
    () => ({
      dismiss: ({ id, occurrence }) => attempt((host) => host.diagnosis.dismiss({ problemId: id, occurrence })),
      restore: () => attempt((host) => host.diagnosis.restore()),
    }),
    [attempt],
  );
}
