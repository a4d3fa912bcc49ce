import { Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { GatewayProfile } from '../../../../shared/capabilities/gateway/contract.ts';
import type { GatewayRequests, RequestFilter } from '../../../../shared/capabilities/gateway/requests.ts';
import { toPanelError } from '../../../../shared/errors.ts';
import { gatewayMachineOf } from '../../../../shared/gateway-machine.ts';
import { useHostsState } from '../../../stores/hosts.ts';
import { createPageState } from '../../../stores/page-state.ts';
import { setPage } from '../../../stores/view.ts';
import { Card } from '../../../ui/card.tsx';
import { useOfNow } from '../../../ui/clock.ts';
import { StatusWord } from '../../../ui/status-word.tsx';
import type { ChartSpan } from '../../history/use-chart-span.ts';
import { TEXT } from '../text.ts';
import { RequestCharts } from './request-charts.tsx';
import { RequestTable } from './request-table.tsx';
import { describeFilter, describeRead, describeRequestTotal, REQUESTS_TEXT } from './text.ts';
import { useRequestPoints, useRequests } from './use-requests.ts';

/** The log is read every 5 s; older counts are drawn as stale. */
const STALE_MS = 30_000;
const NO_FILTERS: readonly RequestFilter[] = [];

const useFilters = createPageState(NO_FILTERS);

const isSame = (a: RequestFilter, b: RequestFilter): boolean => a.field === b.field && a.value === b.value && a.isOut === b.isOut;

/** The requests of all clients, from the gateway's own log: rates, latency, 429 and 503 over time, and by route. */
export function RequestsSection({
  hostId,
  profile,
  times,
}: {
  readonly hostId: string;
  readonly profile: GatewayProfile;
  readonly times: ChartSpan;
}) {
  const { hosts } = useHostsState();
  const machine = gatewayMachineOf(profile, hosts);
  const [filters, setFilters] = useFilters();
  const query = useRequests(machine, [hostId, profile.address, profile.via], times, filters);
  const points = useRequestPoints(query.data, times);
  const toggle = (filter: RequestFilter): void =>
    setFilters((before) =>
      before.some((one) => isSame(one, filter))
        ? before.filter((one) => !isSame(one, filter))
        : [...before.filter(({ field, isOut }) => filter.isOut || isOut || field !== filter.field), filter],
    );
  const answer = query.data;
  const readAt = answer?.kind === 'read' ? answer.readAt : null;
  const isStale = useOfNow((nowMs) => readAt !== null && nowMs - readAt > STALE_MS);
  if (machine === null) return <Unavailable reason={REQUESTS_TEXT.directReason} remedy={REQUESTS_TEXT.directRemedy} isDirect />;
  if (answer?.kind === 'unavailable') return <Unavailable {...answer} isDirect={false} />;
  if (query.error !== null && answer === undefined) {
    const { message, hint } = toPanelError(query.error);
    return <Unavailable reason={message} remedy={hint} isDirect={false} />;
  }
  return (
    <>
      <RequestCharts points={points} times={times} isStale={isStale} isLoading={answer === undefined} />
      <Details answer={answer} isStale={isStale} filters={filters} onFilter={toggle} />
    </>
  );
}

function Details({
  answer,
  isStale,
  filters,
  onFilter,
}: {
  readonly answer: Extract<GatewayRequests, { kind: 'read' }> | undefined;
  readonly isStale: boolean;
  readonly filters: readonly RequestFilter[];
  readonly onFilter: (filter: RequestFilter) => void;
}) {
  return (
    <Card title={REQUESTS_TEXT.requestsTitle} aside={<span className="ada-quiet gateway-small">{REQUESTS_TEXT.byRoute}</span>}>
      <div className="gateway-request-line">
        <span className="ada-number">{answer === undefined ? TEXT.loadingHistory : describeRequestTotal(answer.total)}</span>
        <span className="gateway-filters">
          {([429, 503] as const).map((status) => {
            const filter: RequestFilter = { field: 'status', value: status, isOut: false };
            const isOn = filters.some((one) => isSame(one, filter));
            return (
              <Button
                key={status}
                size="compact-sm"
                variant={isOn ? 'light' : 'default'}
                aria-pressed={isOn}
                onClick={() => onFilter(filter)}
              >
                {`${REQUESTS_TEXT.only} ${status}`}
              </Button>
            );
          })}
          {filters
            .filter(({ field }) => field !== 'status')
            .map((filter) => (
              <Button
                key={describeFilter(filter)}
                size="compact-sm"
                variant="light"
                rightSection={<IconX size={13} aria-hidden />}
                aria-label={`${REQUESTS_TEXT.removeFilter}: ${describeFilter(filter)}`}
                onClick={() => onFilter(filter)}
              >
                {describeFilter(filter)}
              </Button>
            ))}
        </span>
      </div>
      <RequestTable rows={answer?.routes ?? null} isStale={isStale} onFilter={onFilter} />
      <ReadNote answer={answer} />
    </Card>
  );
}

/** Drawn anew alone when the age changes. */
function ReadNote({ answer }: { readonly answer: Extract<GatewayRequests, { kind: 'read' }> | undefined }) {
  const text = useOfNow((nowMs) => (answer === undefined ? '\u00a0' : describeRead(answer, nowMs)));
  return <p className="ada-quiet gateway-small gateway-unknowable">{text}</p>;
}

function Unavailable({ reason, remedy, isDirect }: { readonly reason: string; readonly remedy: string; readonly isDirect: boolean }) {
  return (
    <Card title={REQUESTS_TEXT.requestsTitle}>
      <div className="gateway-problem">
        <span className="gateway-problem-words">
          <StatusWord tone="unknown" word={reason} quiet /> <span className="ada-quiet">{remedy}</span>
        </span>
        {isDirect ? <Button onClick={() => setPage('gateway', { intent: 'edit' })}>{TEXT.edit}</Button> : null}
      </div>
    </Card>
  );
}
