import { useQuery } from '@tanstack/react-query';
import type { GatewayState, Observability } from '../../../shared/capabilities/gateway/contract.ts';
import { formatCount, formatQuantity } from '../../../shared/format.ts';
import { useHostBridge } from '../../stores/host-context.tsx';

import { Card } from '../../ui/card.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { placeKey } from './words.ts';

const READ_AGAIN_MS = 15_000;

/** How often the gateway's tools were called, and what cannot be known of it. */
export function ObservabilityCard({ state, isLive }: { readonly state: GatewayState; readonly isLive: boolean }) {
  const hostCalls = useHostBridge();
  const answer = useQuery({
    queryKey: ['gateway.observability', ...placeKey(state)],
    queryFn: () => hostCalls.gateway.observability(),
    refetchInterval: READ_AGAIN_MS,
    enabled: isLive,
  });
  return (
    <Card title="Tools" aside={<span className="ada-quiet gateway-small">since the gateway was started</span>}>
      {answer.data === undefined ? (
        <p className="ada-quiet">{isLive ? 'Asking…' : 'Asked once the gateway answers.'}</p>
      ) : (
        <Said is={answer.data} />
      )}
      <p className="ada-quiet gateway-small gateway-unknowable">
        How many requests the gateway served, and how long they took, cannot be known: it announces such counters and never fills them.
      </p>
    </Card>
  );
}

function Said({ is }: { readonly is: Observability }) {
  if (is.kind === 'out-of-reach') {
    return (
      <p className="ada-quiet">
        The gateway tells this on its own machine only. Reach it through SSH to that machine, with an address like https://127.0.0.1:8800,
        and its tools are listed here.
      </p>
    );
  }
  if (is.kind === 'failed') return <StatusWord tone="unknown" word={`Not known: ${is.error.message}`} />;
  if (is.tools === null) return <p className="ada-quiet">Metrics are turned off on this gateway (METRICS_ENABLED).</p>;
  if (is.tools.length === 0) return <p className="ada-quiet">No tool was called yet.</p>;
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
          <th scope="col">Tool</th>
          <th scope="col" className="gateway-right">
            Worked
          </th>
          <th scope="col" className="gateway-right">
            Failed
          </th>
          <th scope="col" className="gateway-right">
            Mean
          </th>
          <th scope="col" className="gateway-right">
            All below
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
