import { sumOfMetric } from '../../../shared/gpu-summary.ts';
import './overview.css';
import { Button } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { troublesOf } from '../../../shared/diagnosis/troubles.ts';
import { useComfyUiState } from '../../stores/comfyui.ts';
import { useHostFacts } from '../../stores/facts.ts';
import { useGatewayState } from '../../stores/gateway.ts';
import { useGpuStatus } from '../../stores/gpu.ts';
import { useConnectionState, useHostProfile } from '../../stores/hosts.ts';
import { useModelsState } from '../../stores/models.ts';
import { useServicesState } from '../../stores/services.ts';
import { setPage } from '../../stores/view.ts';
import { useNow } from '../../ui/clock.ts';
import { Page } from '../../ui/page.tsx';
import { chainOf } from './chain.ts';
import { ChainPicture } from './chain-picture.tsx';
import { FigureCards } from './figure-cards.tsx';
import { LatelyCard } from './lately-card.tsx';
import { ServicesCard } from './services-card.tsx';
import { TroubleList } from './trouble-list.tsx';
import { useRows } from './use-rows.ts';

function subscribeToNetwork(listener: () => void): () => void {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}

/** The whole chain as one picture, what is wrong first, and the figures one looks at most. */
export function OverviewPage() {
  const host = useHostProfile();
  const connection = useConnectionState();
  const facts = useHostFacts();
  const gpu = useGpuStatus();
  const services = useServicesState();
  const gateway = useGatewayState();
  const models = useModelsState();
  const comfyui = useComfyUiState();
  const rowOf = useRows(gpu);
  const nowMs = useNow();
  const isLaptopOnline = useSyncExternalStore(subscribeToNetwork, () => navigator.onLine);
  const sum = (metric: 'memoryUsedMiB' | 'memoryTotalMiB'): number =>
    sumOfMetric(
      gpu.gpus.map(({ uuid }) => rowOf(uuid)),
      metric,
    );

  const answering = [
    ...(models.phase.kind === 'live' ? (['InvokeAI'] as const) : []),
    ...(comfyui.phase.kind === 'live' ? (['ComfyUI'] as const) : []),
  ];
  const links = chainOf({ host, connection, facts, gpu, services, gateway, rowOf, isLaptopOnline, answering, nowMs });
  const troubles = troublesOf({
    host,
    connection,
    gpu,
    services,
    gateway,
    usedMiB: sum('memoryUsedMiB'),
    totalMiB: sum('memoryTotalMiB'),
    nowMs,
  });
  return (
    <Page title="Overview" state={stateLine(connection.kind, troubles.length)} action={<LogsButton />}>
      <ChainPicture links={links} />
      <TroubleList troubles={troubles} />
      {gpu.gpus.map((known) => (
        <FigureCards key={known.uuid} gpu={known} title={gpu.gpus.length === 1 ? null : `GPU ${known.index}`} />
      ))}
      <div className="ada-overview-columns">
        <ServicesCard />
        <LatelyCard />
      </div>
    </Page>
  );
}

function LogsButton() {
  return <Button onClick={() => setPage('logs')}>Show logs</Button>;
}

function stateLine(connection: string, troubles: number): string {
  if (connection === 'online') {
    if (troubles === 0) return 'Everything that can be seen answers.';
    return troubles === 1 ? 'One thing needs a look.' : `${troubles} things need a look, the worst first.`;
  }
  if (connection === 'offline') return 'Not connected.';
  return connection === 'blocked' || connection === 'reconnecting' ? 'The host cannot be reached.' : 'Connecting…';
}
