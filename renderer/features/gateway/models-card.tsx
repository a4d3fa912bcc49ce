import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { GatewayState } from '../../../shared/capabilities/gateway/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { useHostBridge } from '../../stores/host-context.tsx';

import { Card } from '../../ui/card.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { placeKey } from './words.ts';

/** The chat models and aliases the gateway offers; asked for only on demand, since it asks its own backends for it. */
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
      title="Models for chat"
      aside={
        <Button size="xs" variant="default" disabled={!isLive} loading={list.isFetching} onClick={() => void list.refetch()}>
          {list.data === undefined ? 'List them' : 'List again'}
        </Button>
      }
    >
      {list.error !== null && !list.isFetching ? (
        <ErrorNotice error={toPanelError(list.error)} tone="warning" />
      ) : list.data === undefined ? (
        <p className="ada-quiet">
          {list.isFetching
            ? 'The gateway asks each of its backends; one that is away can make this take a minute.'
            : 'The gateway lists chat models and their aliases. Models that make pictures are on the Models page.'}
        </p>
      ) : list.data.length === 0 ? (
        <p className="ada-quiet">It lists none: backends that are away are left out without a word.</p>
      ) : (
        <table className="gateway-table">
          <colgroup>
            <col />
            <col style={{ width: 88 }} />
            <col />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Backend</th>
              <th scope="col">Stands for</th>
            </tr>
          </thead>
          <tbody>
            {list.data.map((model) => (
              <tr key={model.id}>
                <th scope="row" className="gateway-cut" title={model.id}>
                  {model.id}
                </th>
                <td className="gateway-cut">{model.backend ?? 'gateway'}</td>
                <td className="gateway-cut">{model.upstreamModel ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
