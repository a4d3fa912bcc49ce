import type { OverloadPlan, OverloadRequest, OverloadRun } from '../../shared/contract/gateway.ts';
import { PanelException, toPanelError } from '../../shared/errors.ts';
import type { Ask, Reply } from '../http/client.ts';
import { judgeOverload } from './overload-verdict.ts';
import { successOf } from './reading.ts';

/** The gateway gives up on its backend after 120 s. */
const LIMIT_MS = 150_000;
const MAX_BYTES = 64 * 1_048_576;

export interface OverloadTest {
  run(): OverloadRun | null;
  /** Throws gateway-overload-running. */
  start(plan: OverloadPlan, slots: { readonly limit: number | null; readonly free: number | null }): OverloadRun;
  cancel(): void;
  onChange(listener: (run: OverloadRun) => void): () => void;
}

/** The guide's overload test: equal requests all at once; some must pass, the others be turned away with 429. */
export function createOverloadTest(o: { readonly ask: (ask: Ask) => Promise<Reply>; readonly now: () => number }): OverloadTest {
  const listeners = new Set<(run: OverloadRun) => void>();
  let run: OverloadRun | null = null;
  let cancel: AbortController | null = null;
  let nextId = 1;

  const take = (next: OverloadRun): void => {
    run = next;
    for (const listener of listeners) listener(next);
  };
  const settle = (request: OverloadRequest): void => {
    if (run === null) return;
    const requests = run.requests.map((known) => (known.index === request.index ? request : known));
    const isOver = requests.every(({ kind }) => kind !== 'waiting');
    if (isOver) cancel = null;
    take({ ...run, requests, verdict: isOver ? judgeOverload(requests, run.limit, run.free) : null });
  };
  const send = async (index: number, plan: OverloadPlan, signal: AbortSignal): Promise<void> => {
    const sentAt = o.now();
    const elapsed = (): number => o.now() - sentAt;
    try {
      const reply = await o.ask({
        method: 'POST',
        path: '/v1/images/generations',
        headers: { 'content-type': 'application/json' },
        // Each with its own seed: equal ones could be answered from a cache.
        body: JSON.stringify({
          prompt: 'a lighthouse on a rock, overload test',
          n: 1,
          size: plan.size,
          steps: plan.steps,
          seed: 1000 + index,
          response_format: 'b64_json',
        }),
        timeoutMs: LIMIT_MS,
        maxBytes: MAX_BYTES,
        signal,
      });
      successOf(reply, o.now());
      settle({ kind: 'passed', index, elapsedMs: elapsed() });
    } catch (thrown) {
      if (signal.aborted) settle({ kind: 'cancelled', index, elapsedMs: elapsed() });
      else settle({ kind: 'refused', index, elapsedMs: elapsed(), error: toPanelError(thrown) });
    }
  };

  return {
    run: () => run,
    start: (plan, { limit, free }) => {
      if (cancel !== null) {
        throw new PanelException({
          code: 'gateway-overload-running',
          layer: 'panel',
          message: 'An overload test is running.',
          hint: 'Wait until it is over, or cancel it.',
          retryable: true,
        });
      }
      cancel = new AbortController();
      const { signal } = cancel;
      const indices = [...Array(plan.requests).keys()];
      const begun: OverloadRun = {
        runId: `overload-${nextId++}`,
        plan,
        startedAt: o.now(),
        limit,
        free,
        requests: indices.map((index) => ({ kind: 'waiting', index })),
        verdict: null,
      };
      take(begun);
      for (const index of indices) void send(index, plan, signal);
      return begun;
    },
    cancel: () => cancel?.abort(),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
