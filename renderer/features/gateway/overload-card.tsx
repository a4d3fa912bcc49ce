import { Button } from '@mantine/core';
import type { GatewayState, OverloadRequest, OverloadRun } from '../../../shared/capabilities/gateway/contract.ts';
import { hasCode } from '../../../shared/errors.ts';
import { formatDuration } from '../../../shared/format.ts';
import { useHostBridge } from '../../stores/host-context.tsx';

import { attempt } from '../../stores/notices.ts';
import { Card } from '../../ui/card.tsx';
import { useNow } from '../../ui/clock.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import type { Tone } from '../../ui/tone.tsx';
import {
  describeExpected,
  describeFailedRequest,
  describeFinished,
  describeOverdue,
  describePlan,
  describeSlots,
  describeStarted,
  describeStillInUse,
  describeTimeLimit,
  TEXT,
} from './text.ts';

interface Line {
  readonly tone: Tone;
  readonly word: string;
  readonly elapsedMs: number;
}

function lineOf(request: OverloadRequest, waitedMs: number): Line {
  switch (request.kind) {
    case 'waiting':
      return { tone: 'busy', word: TEXT.requestWaiting, elapsedMs: waitedMs };
    case 'passed':
      return { tone: 'good', word: TEXT.requestAccepted, elapsedMs: request.elapsedMs };
    case 'cancelled':
      return { tone: 'off', word: TEXT.requestCancelled, elapsedMs: request.elapsedMs };
    case 'refused':
      return hasCode(request.error, 'gateway-overloaded')
        ? { tone: 'warning', word: TEXT.requestNoSlot, elapsedMs: request.elapsedMs }
        : {
            tone: 'bad',
            word: describeFailedRequest(request.error.facts?.['status'], request.error.message),
            elapsedMs: request.elapsedMs,
          };
  }
}

/** Each request of the overload test with its outcome, and the verdict. */
export function OverloadCard({ run, state }: { readonly run: OverloadRun; readonly state: GatewayState }) {
  const hostCalls = useHostBridge();
  const nowMs = useNow();
  const isRunning = run.verdict === null;
  const longestMs = Math.max(1000, ...run.requests.map((request) => lineOf(request, nowMs - run.startedAt).elapsedMs));
  const { plan, free, limit } = run;
  return (
    <Card
      title={TEXT.overload}
      aside={
        isRunning ? (
          <Button size="xs" variant="default" onClick={() => attempt(() => hostCalls.gateway.cancelOverload())}>
            {TEXT.cancel}
          </Button>
        ) : (
          <span className="ada-quiet gateway-small">{describeStarted(run.startedAt)}</span>
        )
      }
    >
      <p className="ada-quiet gateway-expected">
        {describePlan(plan)} {describeExpected({ requests: plan.requests, free, limit })}
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
          <StatusWord tone="busy" word={TEXT.overloadRunning} />
        ) : (
          <StatusWord tone={run.verdict.tone} word={run.verdict.message} />
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

/** Slots after Cancel: the gateway finishes the images that it started, so they stay in use for a while. */
function StillInUse({ run, cancelled, state, nowMs }: StillInUseProps) {
  const { reading, phase } = state;
  const row = reading?.admission?.find((known) => known.backendClass === run.plan.backendClass && known.routeKind === 'images');
  const isReported = phase.kind === 'live' && reading !== null && reading.takenAt > cancelled.at && row?.inflight != null;
  const before = run.limit === null || run.free === null ? 0 : run.limit - run.free;
  if (isReported && (row?.inflight ?? 0) <= before) {
    return <StatusWord tone="good" word={describeFinished(describeSlots(row))} quiet />;
  }
  if (nowMs >= cancelled.inUseUntil) {
    const word = isReported ? describeOverdue(describeSlots(row)) : TEXT.slotsUnknown;
    return <StatusWord tone="unknown" word={word} quiet />;
  }
  return (
    <div className="gateway-still">
      <StatusWord tone="warning" word={isReported ? describeStillInUse(describeSlots(row)) : TEXT.slotsStillInUse} quiet />
      <span className="ada-quiet">{describeTimeLimit(cancelled.inUseUntil - nowMs)}</span>
    </div>
  );
}
