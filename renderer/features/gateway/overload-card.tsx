import { Button } from '@mantine/core';
import type { OverloadRequest, OverloadRun } from '../../../shared/contract/gateway.ts';
import { formatClock, formatDuration } from '../../../shared/units.ts';
import { bridge } from '../../bridge.ts';
import { attempt } from '../../stores/notices.ts';
import { Card } from '../../ui/card.tsx';
import { useNow } from '../../ui/clock.ts';
import { Countdown, retryAtOf } from '../../ui/countdown.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import type { Tone } from '../../ui/tone.tsx';

interface Line {
  readonly tone: Tone;
  readonly word: string;
  readonly elapsedMs: number;
}

function lineOf(request: OverloadRequest, waitedMs: number): Line {
  switch (request.kind) {
    case 'waiting':
      return { tone: 'busy', word: 'under way', elapsedMs: waitedMs };
    case 'passed':
      return { tone: 'good', word: 'a picture came', elapsedMs: request.elapsedMs };
    case 'cancelled':
      return { tone: 'off', word: 'cancelled', elapsedMs: request.elapsedMs };
    case 'refused':
      return request.error.code === 'gateway-overloaded'
        ? { tone: 'warning', word: '429, no slot', elapsedMs: request.elapsedMs }
        : { tone: 'bad', word: `${request.error.facts?.['status'] ?? 'failed'}: ${request.error.message}`, elapsedMs: request.elapsedMs };
  }
}

/** Each request of the overload test with what became of it, and the verdict. */
export function OverloadCard({ run }: { readonly run: OverloadRun }) {
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
          <Button size="xs" variant="default" onClick={() => attempt(() => bridge.gateway.cancelOverload())}>
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
          const retryAt = request.kind === 'refused' ? retryAtOf(request.error) : null;
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
                {retryAt === null ? null : (
                  <span className="ada-quiet">
                    {' '}
                    · again <Countdown to={retryAt} />
                  </span>
                )}
              </span>
            </li>
          );
        })}
      </ul>
      <p className="gateway-verdict" role="status">
        {run.verdict === null ? (
          <StatusWord tone="busy" word="Under way" />
        ) : (
          <StatusWord tone={run.verdict.tone} word={run.verdict.said} />
        )}
      </p>
    </Card>
  );
}
