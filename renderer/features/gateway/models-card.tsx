import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { GatewayState } from '../../../shared/capabilities/gateway/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { useHostBridge } from '../../stores/host-context.tsx';

import { Card } from '../../ui/card.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { placeKey } from './place-key.ts';
import { TEXT } from './text.ts';

/** The gateway's chat models and aliases, listed on demand only, since the gateway queries its backends for the list. */
export function ModelsCard({ state, isLive }: { readonly state: GatewayState; readonly isLive: boolean }) {
  const hostCalls = useHostBridge();
  const list = useQuery({
    queryKey: ['gateway.models', ...placeKey(state)],
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
      ) : list.data.length === 0 ? (
        <p className="ada-quiet">{TEXT.noModels}</p>
      ) : (
        <table className="gateway-table">
          <colgroup>
            <col />
            <col style={{ width: 88 }} />
            <col />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">{TEXT.modelName}</th>
              <th scope="col">{TEXT.backend}</th>
              <th scope="col">{TEXT.upstreamModel}</th>
            </tr>
          </thead>
          <tbody>
            {list.data.map((model) => (
              <tr key={model.id}>
                <th scope="row" className="gateway-cut" title={model.id}>
                  {model.id}
                </th>
                <td className="gateway-cut">{model.backend ?? TEXT.gatewayItself}</td>
                <td className="gateway-cut">{model.upstreamModel ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
