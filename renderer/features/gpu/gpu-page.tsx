import { useHostBridge } from '../../stores/host-context.tsx';
import { showHost } from '../../stores/hosts.ts';
import './gpu.css';
import { Button, Select } from '@mantine/core';
import { IconCpu } from '@tabler/icons-react';

import { useGpuLoaded, useGpuStatus } from '../../stores/gpu.ts';
import { useConnectionState, useHostProfile } from '../../stores/hosts.ts';
import { attempt } from '../../stores/notices.ts';
import { createPageState } from '../../stores/page-state.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { CompareGpus } from './compare-gpus.tsx';
import { GpuStateLine } from './gpu-state-line.tsx';
import { OneGpu } from './one-gpu.tsx';
import { describeDetecting, describeGpu, describeNoData, describeNotConnected, TEXT } from './text.ts';

/** In place of a GPU: all of them beside each other. */
const ALL = 'all';
const useChosenGpu = createPageState<string | null>(null);

/** The GPUs of the host: charts, health, VRAM by process and errors. */
export function GpuPage() {
  const hostCalls = useHostBridge();
  const status = useGpuStatus();
  const isLoaded = useGpuLoaded();
  const [chosen, setChosen] = useChosenGpu();
  const isComparing = chosen === ALL && status.gpus.length > 1;
  const gpu = status.gpus.find((one) => one.uuid === chosen) ?? status.gpus[0] ?? null;
  const { hostId, state } = status;
  return (
    <Page
      title={TEXT.title}
      state={isLoaded ? <GpuStateLine gpu={isComparing ? null : gpu} state={state} /> : undefined}
      action={
        status.gpus.length < 2 ? undefined : (
          <Select
            aria-label={TEXT.title}
            size="xs"
            w={280}
            allowDeselect={false}
            value={isComparing ? ALL : (gpu?.uuid ?? null)}
            onChange={setChosen}
            data={[{ value: ALL, label: TEXT.compareAll }, ...status.gpus.map((one) => ({ value: one.uuid, label: describeGpu(one) }))]}
          />
        )
      }
    >
      {state.kind === 'fault' ? (
        <ErrorNotice
          error={state.error}
          tone="warning"
          action={<Button onClick={() => attempt(() => hostCalls.gpu.retry())}>{TEXT.retry}</Button>}
        />
      ) : null}
      {status.warnings.map((warning) => (
        <ErrorNotice key={warning.message} error={warning} tone="warning" />
      ))}
      {isComparing && hostId !== null ? (
        <CompareGpus gpus={status.gpus} hostId={hostId} onOpen={setChosen} />
      ) : gpu !== null && hostId !== null ? (
        <OneGpu gpu={gpu} hostId={hostId} />
      ) : isLoaded ? (
        <NoReadingYet isFault={state.kind === 'fault'} />
      ) : null}
    </Page>
  );
}

function NoReadingYet({ isFault }: { readonly isFault: boolean }) {
  const host = useHostProfile();
  const connection = useConnectionState();
  const name = host?.label ?? 'the host';
  if (isFault) {
    return (
      <EmptyState icon={IconCpu} title={TEXT.noData}>
        {describeNoData(name)}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={IconCpu}
      title={connection.kind === 'online' ? describeDetecting(name) : describeNotConnected(name)}
      action={
        connection.kind === 'offline' && host !== null ? (
          <Button variant="filled" onClick={() => showHost(host.id)}>
            {TEXT.connect}
          </Button>
        ) : undefined
      }
    >
      {TEXT.appearBody}
    </EmptyState>
  );
}
