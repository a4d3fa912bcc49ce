import { Button } from '@mantine/core';
import type { GatewayState, OverloadRequest, OverloadRun } from '../../../shared/capabilities/gateway/contract.ts';
import { hasCode } from '../../../shared/errors.ts';
import { formatClock, formatDuration } from '../../../shared/format.ts';
import { useHostBridge } from '../../stores/host-context.tsx';

import { attempt } from '../../stores/notices.ts';
import { Card } from '../../ui/card.tsx';
import { useNow } from '../../ui/clock.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import type { Tone } from '../../ui/tone.tsx';
import { slotsInWords } from './words.ts';

interface Line {
  readonly tone: Tone;
  readonly word: string;
  readonly elapsedMs: number;
}

function lineOf(request: OverloadRequest, waitedMs: number): Line {
  switch (request.kind) {
    case 'waiting':
      return { tone: 'busy', word: 'in progress', elapsedMs: waitedMs };
    case 'passed':
      return { tone: 'good', word: '200 OK', elapsedMs: request.elapsedMs };
    case 'cancelled':
      return { tone: 'off', word: 'cancelled', elapsedMs: request.elapsedMs };
    case 'refused':
      return hasCode(request.error, 'gateway-overloaded')
        ? { tone: 'warning', word: '429, no slot', elapsedMs: request.elapsedMs }
        : { tone: 'bad', word: `${request.error.facts?.['status'] ?? 'failed'}: ${request.error.message}`, elapsedMs: request.elapsedMs };
  }
}

/** Each request of the overload test with what became of it, and the verdict. */
export function OverloadCard({ run, state }: { readonly run: OverloadRun; readonly state: GatewayState }) {
  const hostCalls = useHostBridge();
  const nowMs = useNow();
  const isRunning = run.verdict === null;
  const longestMs = Math.max(1000, ...run.requests.map((request) => lineOf(request, nowMs - run.startedAt).elapsedMs));
  const { plan, free, limit } = run;
  const passes = free === null ? null : Math.min(plan.requests, free);
  return (
    <Card
      title="Overload test"
      aside={
        isRunning ? (
          <Button size="xs" variant="default" onClick={() => attempt(() => hostCalls.gateway.cancelOverload())}>
            Cancel
          </Button>
        ) : (
          <span className="ada-quiet gateway-small">of {formatClock(run.startedAt)}</span>
        )
      }
    >
      <p className="ada-quiet gateway-expected">
        {plan.requests} requests at once to {plan.backendClass}, {plan.size.replace('x', ' × ')}, {plan.steps} steps.{' '}
        {passes === null
          ? 'What should come of it was not known.'
          : `${free} of ${limit ?? '?'} slots were free: ${passes} should pass, ${plan.requests - passes} should get 429.`}
      </p>
      <ul className="gateway-requests">
        {run.requests.map((request) => {
          const line = lineOf(request, Math.max(0, nowMs - run.startedAt));
          return (
            <li key={request.index}>
              <span className="gateway-right">{request.index + 1}</span>
              <span className="gateway-bar-track" aria-hidden>
                <span
                  className="gateway-bar"
                  data-tone={line.tone}
                  style={{ width: `${Math.max(1, (line.elapsedMs / longestMs) * 100)}%` }}
                />
              </span>
              <span className="gateway-right">{formatDuration(line.elapsedMs)}</span>
              <span className="gateway-cut">
                <StatusWord tone={line.tone} word={line.word} quiet />
              </span>
            </li>
          );
        })}
      </ul>
      <p className="gateway-verdict" role="status">
        {run.verdict === null ? (
          <StatusWord tone="busy" word="In progress" />
        ) : (
          <StatusWord tone={run.verdict.tone} word={run.verdict.said} />
        )}
      </p>
      {run.cancelled === null ? null : <StillInUse run={run} cancelled={run.cancelled} state={state} nowMs={nowMs} />}
    </Card>
  );
}

interface StillInUseProps {
  readonly run: OverloadRun;
  readonly cancelled: NonNullable<OverloadRun['cancelled']>;
  readonly state: GatewayState;
  readonly nowMs: number;
}

/** After Cancel: the gateway finishes what it began, so its slots stay in use, which its own report shows. */
function StillInUse({ run, cancelled, state, nowMs }: StillInUseProps) {
  const { reading, phase } = state;
  const row = reading?.admission?.find((known) => known.backendClass === run.plan.backendClass && known.routeKind === 'images');
  const isReported = phase.kind === 'live' && reading !== null && reading.takenAt > cancelled.at && row?.inflight != null;
  const before = run.limit === null || run.free === null ? 0 : run.limit - run.free;
  if (isReported && (row?.inflight ?? 0) <= before) {
    return <StatusWord tone="good" word={`The images are finished; ${slotsInWords(row)} slots in use.`} quiet />;
  }
  if (nowMs >= cancelled.inUseUntil) {
    const word = isReported
      ? `Their time is over; ${slotsInWords(row)} slots in use, perhaps by others.`
      : 'Whether its slots are free again is unknown.';
    return <StatusWord tone="unknown" word={word} quiet />;
  }
  return (
    <div className="gateway-still">
      <StatusWord tone="warning" word={isReported ? `${slotsInWords(row)} slots still in use` : 'Its slots stay in use'} quiet />
      <span className="ada-quiet">
        The gateway finishes the images it began. Its usual time limit ends in {Math.ceil((cancelled.inUseUntil - nowMs) / 1000)} s.
      </span>
    </div>
  );
}
