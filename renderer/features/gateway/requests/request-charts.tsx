import { Card } from '../../../ui/card.tsx';
import { Readout } from '../../../ui/time-series/readout.tsx';
import { TimeSeries } from '../../../ui/time-series/time-series.tsx';
import type { ChartPoint } from '../../../ui/time-series/types.ts';
import type { ChartSpan } from '../../history/use-chart-span.ts';
import { type GatewayChart, REQUESTS } from '../gateway-charts.ts';
import { describeBucket, TEXT } from '../text.ts';
import { LATENCY } from './latency-chart.ts';
import { REQUESTS_TEXT } from './text.ts';
import type { RequestPoints } from './use-requests.ts';

const CHART_HEIGHT_PX = 140;

/** Requests of all clients by outcome, and the latency of the accepted ones. */
export function RequestCharts({
  points,
  times,
  isStale,
  isLoading,
}: {
  readonly points: RequestPoints;
  readonly times: ChartSpan;
  readonly isStale: boolean;
  readonly isLoading: boolean;
}) {
  const shared = { times, isStale, empty: isLoading ? TEXT.loadingHistory : TEXT.noReadings };
  return (
    <div className="gateway-columns">
      <Chart
        {...shared}
        title={REQUESTS_TEXT.chartAllRequests}
        chart={REQUESTS}
        points={points.outcomes}
        suffix={describeBucket(times.bucketMs)}
      />
      <Chart {...shared} title={REQUESTS_TEXT.chartLatency} chart={LATENCY} points={points.latency} suffix={REQUESTS_TEXT.ofAccepted} />
    </div>
  );
}

function Chart({
  title,
  chart,
  points,
  times,
  isStale,
  empty,
  suffix,
}: {
  readonly title: string;
  readonly chart: GatewayChart;
  readonly points: readonly ChartPoint[];
  readonly times: ChartSpan;
  readonly isStale: boolean;
  readonly empty: string;
  readonly suffix: string;
}) {
  const { bucketMs, span, nowMs, bounds } = times;
  return (
    <Card
      title={title}
      quietTitle
      compact
      aside={
        <span className="gateway-chart-head">
          <Readout
            series={chart.series}
            points={points}
            bucketMs={bucketMs}
            unit={chart.unit}
            now={points.at(-1)?.mean ?? []}
            isStale={isStale}
            suffix={suffix}
            hasMarks={chart.isCount}
          />
        </span>
      }
    >
      <TimeSeries
        title={title}
        series={chart.series}
        points={points}
        bucketMs={bucketMs}
        fromMs={span.fromMs}
        toMs={span.toMs}
        nowMs={nowMs}
        bounds={bounds}
        stepMs={2 * bucketMs}
        unit={chart.unit}
        heightPx={CHART_HEIGHT_PX}
        shape={chart.isCount ? 'bars' : 'lines'}
        empty={empty}
      />
    </Card>
  );
}
