import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { GatewayModel, GatewayState } from '../../../shared/capabilities/gateway/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { UNKNOWN } from '../../../shared/format.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { Card } from '../../ui/card.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import type { DataColumn } from '../../ui/table-columns.ts';
import { endpointKey } from './endpoint-key.ts';
import { TEXT } from './text.ts';

const backendOf = ({ backend }: GatewayModel): string => backend ?? TEXT.gatewayItself;

const COLUMNS: readonly DataColumn<GatewayModel>[] = [
  { id: 'id', label: TEXT.modelName, sortBy: ({ id }) => id, cell: ({ id }) => id, title: ({ id }) => id },
  { id: 'backend', label: TEXT.backend, width: 96, sortBy: backendOf, cell: backendOf },
  {
    id: 'upstream',
    label: TEXT.upstreamModel,
    sortBy: ({ upstreamModel }) => upstreamModel,
    cell: ({ upstreamModel }) => upstreamModel ?? UNKNOWN,
    title: ({ upstreamModel }) => upstreamModel ?? undefined,
  },
];

/** The gateway's chat models and aliases, listed on demand only, since the gateway queries its backends for the list. */
export function ModelsCard({ state, isLive }: { readonly state: GatewayState; readonly isLive: boolean }) {
  const hostCalls = useHostBridge();
  const list = useQuery({
    queryKey: ['gateway.models', ...endpointKey(state)],
    queryFn: () => hostCalls.gateway.models(),
    enabled: false,
    retry: false,
  });
  return (
    <Card
      title={TEXT.chatModels}
      aside={
        <Button size="xs" variant="default" disabled={!isLive} loading={list.isFetching} onClick={() => void list.refetch()}>
          {list.data === undefined ? TEXT.listModels : TEXT.refreshModels}
        </Button>
      }
    >
      {list.error !== null && !list.isFetching ? (
        <ErrorNotice error={toPanelError(list.error)} tone="warning" />
      ) : list.data === undefined ? (
        <p className="ada-quiet">{list.isFetching ? TEXT.listingModels : TEXT.chatModelsNote}</p>
      ) : (
        <DataTable
          id="gateway.models"
          caption={TEXT.chatModels}
          columns={COLUMNS}
          rows={list.data}
          rowKey={({ id }) => id}
          empty={<p className="ada-quiet">{TEXT.noModels}</p>}
          isStale={!isLive}
        />
      )}
    </Card>
  );
}
