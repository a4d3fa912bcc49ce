import { useQuery } from '@tanstack/react-query';
import type { GatewayState, Observability, ToolMetric } from '../../../shared/capabilities/gateway/contract.ts';
import { formatCount, formatQuantity } from '../../../shared/format.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { Card } from '../../ui/card.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import type { DataColumn } from '../../ui/table-columns.ts';
import { endpointKey } from './endpoint-key.ts';
import { describeUnavailable, TEXT } from './text.ts';

const REFRESH_INTERVAL_MS = 15_000;

const COLUMNS: readonly DataColumn<ToolMetric>[] = [
  { id: 'tool', label: TEXT.tool, minWidth: 150, sortBy: ({ tool }) => tool, cell: ({ tool }) => tool, title: ({ tool }) => tool },
  { id: 'succeeded', label: TEXT.succeeded, kind: 'number', width: 100, sortBy: ({ ok }) => ok, cell: ({ ok }) => formatCount(ok) },
  {
    id: 'failed',
    label: TEXT.failed,
    kind: 'number',
    width: 80,
    sortBy: ({ failed }) => failed,
    cell: ({ failed }) => formatCount(failed),
  },
  {
    id: 'mean',
    label: TEXT.mean,
    kind: 'number',
    width: 88,
    sortBy: ({ meanMs }) => meanMs,
    cell: ({ meanMs }) => formatQuantity(meanMs, 'ms', meanMs !== null && meanMs < 10 ? 1 : 0),
  },
  {
    id: 'slowest',
    label: TEXT.maxBelow,
    kind: 'number',
    width: 104,
    dropOrder: 1,
    sortBy: ({ slowestBelowMs }) => slowestBelowMs,
    cell: ({ slowestBelowMs }) => formatQuantity(slowestBelowMs, 'ms'),
  },
];

/** Calls of the gateway's tools, with a note on the metrics that it does not provide. */
export function ObservabilityCard({ state, isLive }: { readonly state: GatewayState; readonly isLive: boolean }) {
  const hostCalls = useHostBridge();
  const answer = useQuery({
    queryKey: ['gateway.observability', ...endpointKey(state)],
    queryFn: () => hostCalls.gateway.observability(),
    refetchInterval: REFRESH_INTERVAL_MS,
    enabled: isLive,
  });
  return (
    <Card title={TEXT.tools} aside={<span className="ada-quiet gateway-small">{TEXT.toolsAside}</span>}>
      {answer.data === undefined ? (
        <p className="ada-quiet">{isLive ? TEXT.loading : TEXT.afterResponse}</p>
      ) : (
        <ToolsTable is={answer.data} isLive={isLive} />
      )}
      <p className="ada-quiet gateway-small gateway-unknowable">{TEXT.requestsUnknown}</p>
    </Card>
  );
}

function ToolsTable({ is, isLive }: { readonly is: Observability; readonly isLive: boolean }) {
  if (is.kind === 'out-of-reach') {
    return <p className="ada-quiet">{TEXT.toolsOutOfReach}</p>;
  }
  if (is.kind === 'failed') return <StatusWord tone="unknown" word={describeUnavailable(is.error.message)} />;
  if (is.tools === null) return <p className="ada-quiet">{TEXT.metricsOff}</p>;
  return (
    <DataTable
      id="gateway.tools"
      caption={TEXT.tools}
      columns={COLUMNS}
      rows={is.tools}
      rowKey={({ tool }) => tool}
      empty={<p className="ada-quiet">{TEXT.noToolCalls}</p>}
      isStale={!isLive}
    />
  );
}
