import { useQuery } from '@tanstack/react-query';
import type { GatewayState, Observability } from '../../../shared/capabilities/gateway/contract.ts';
import { formatCount, formatQuantity } from '../../../shared/format.ts';
import { useHostBridge } from '../../stores/host-context.tsx';

import { Card } from '../../ui/card.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { placeKey } from './place-key.ts';
import { describeUnavailable, TEXT } from './text.ts';

const READ_AGAIN_MS = 15_000;

/** Calls of the gateway's tools, with a note on the metrics that it does not provide. */
export function ObservabilityCard({ state, isLive }: { readonly state: GatewayState; readonly isLive: boolean }) {
  const hostCalls = useHostBridge();
  const answer = useQuery({
    queryKey: ['gateway.observability', ...placeKey(state)],
    queryFn: () => hostCalls.gateway.observability(),
    refetchInterval: READ_AGAIN_MS,
    enabled: isLive,
  });
  return (
    <Card title={TEXT.tools} aside={<span className="ada-quiet gateway-small">{TEXT.toolsAside}</span>}>
      {answer.data === undefined ? (
        <p className="ada-quiet">{isLive ? TEXT.loading : TEXT.afterResponse}</p>
      ) : (
        <ToolsTable is={answer.data} />
      )}
      <p className="ada-quiet gateway-small gateway-unknowable">{TEXT.requestsUnknown}</p>
    </Card>
  );
}

function ToolsTable({ is }: { readonly is: Observability }) {
  if (is.kind === 'out-of-reach') {
    return <p className="ada-quiet">{TEXT.toolsOutOfReach}</p>;
  }
  if (is.kind === 'failed') return <StatusWord tone="unknown" word={describeUnavailable(is.error.message)} />;
  if (is.tools === null) return <p className="ada-quiet">{TEXT.metricsOff}</p>;
  if (is.tools.length === 0) return <p className="ada-quiet">{TEXT.noToolCalls}</p>;
  return (
    <table className="gateway-table">
      <colgroup>
        <col />
        <col style={{ width: 72 }} />
        <col style={{ width: 72 }} />
        <col style={{ width: 84 }} />
        <col style={{ width: 92 }} />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">{TEXT.tool}</th>
          <th scope="col" className="gateway-right">
            {TEXT.succeeded}
          </th>
          <th scope="col" className="gateway-right">
            {TEXT.failed}
          </th>
          <th scope="col" className="gateway-right">
            {TEXT.mean}
          </th>
          <th scope="col" className="gateway-right">
            {TEXT.maxBelow}
          </th>
        </tr>
      </thead>
      <tbody>
        {is.tools.map((tool) => (
          <tr key={tool.tool}>
            <th scope="row" className="gateway-cut">
              {tool.tool}
            </th>
            <td className="gateway-right">{formatCount(tool.ok)}</td>
            <td className="gateway-right">{formatCount(tool.failed)}</td>
            <td className="gateway-right">{formatQuantity(tool.meanMs, 'ms', tool.meanMs !== null && tool.meanMs < 10 ? 1 : 0)}</td>
            <td className="gateway-right">{formatQuantity(tool.slowestBelowMs, 'ms')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
