import type { AdmissionRow, OverloadPlan, OverloadRequest, OverloadRun } from '../../../shared/capabilities/gateway/contract.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import { hasCode, panelError, toPanelError } from '../../../shared/errors.ts';
import { monotonicMs } from '../../../shared/monotonic.ts';
import type { HttpRequest, Reply } from '../../foundation/http/client.ts';
import { judgeOverload } from './overload-verdict.ts';
import { requireSuccess } from './reading.ts';

/** Default of IMAGES_HTTP_TIMEOUT_SEC, after which the gateway aborts its request and frees the slot. */
const GATEWAY_TIMEOUT_MS = 120_000;
const TIMEOUT_MS = 150_000;
const MAX_BYTES = 64 * 1_048_576;

export interface OverloadTest {
  run(): OverloadRun | null;
  /** `rows`: the gateway's slots just before. Throws gateway-overload-running. */
  start(plan: OverloadPlan, rows: readonly AdmissionRow[]): OverloadRun;
  /** Stops waiting. The gateway finishes the images that it started, and their slots stay in use until then. */
  cancel(): void;
  /** Discards the run, which would be wrong for another gateway. */
  clear(): void;
  onChange(listener: (run: OverloadRun | null) => void): () => void;
}

/** The overload test of the set-up guide: equal requests at once, of which the gateway should reject those beyond its free slots. */
export function createOverloadTest(o: {
  readonly request: (request: HttpRequest) => Promise<Reply>;
  readonly now: () => number;
}): OverloadTest {
  const changes = createEmitter<OverloadRun | null>();
  let run: OverloadRun | null = null;
  let cancel: AbortController | null = null;
  let slots: readonly AdmissionRow[] = [];
  let nextId = 1;

  const slotsOf = (backendClass: string): Pick<OverloadRun, 'limit' | 'free'> => {
    const row = slots.find((known) => known.backendClass === backendClass && known.routeKind === 'images');
    return { limit: row?.limit ?? null, free: row?.available ?? null };
  };
  /** A 429 names the class that received the requests. */
  const atNamedClass = (known: OverloadRun, request: OverloadRequest): OverloadRun => {
    const named =
      request.kind === 'refused' && hasCode(request.error, 'gateway-overloaded') ? request.error.facts?.['backendClass'] : undefined;
    if (named === undefined || named === known.plan.backendClass) return known;
    return { ...known, plan: { ...known.plan, backendClass: named }, ...slotsOf(named) };
  };

  const take = (next: OverloadRun | null): void => {
    run = next;
    changes.emit(next);
  };
  const settle = (runId: string, request: OverloadRequest): void => {
    if (run?.runId !== runId) return;
    const known = atNamedClass(run, request);
    const requests = known.requests.map((other) => (other.index === request.index ? request : other));
    const isOver = requests.every(({ kind }) => kind !== 'waiting');
    if (isOver) cancel = null;
    take({ ...known, requests, verdict: isOver ? judgeOverload(requests, known.limit, known.free) : null });
  };
  const send = async (runId: string, index: number, plan: OverloadPlan, signal: AbortSignal): Promise<void> => {
    const sentAt = monotonicMs();
    const elapsed = (): number => monotonicMs() - sentAt;
    try {
      const reply = await o.request({
        method: 'POST',
        path: '/v1/images/generations',
        headers: { 'content-type': 'application/json' },
        // Different seeds keep a cache from answering.
        body: JSON.stringify({
          prompt: 'a lighthouse on a rock, overload test',
          n: 1,
          size: plan.size,
          steps: plan.steps,
          seed: 1000 + index,
          response_format: 'b64_json',
        }),
        timeoutMs: TIMEOUT_MS,
        maxBytes: MAX_BYTES,
        signal,
      });
      requireSuccess(reply, o.now());
      settle(runId, { kind: 'passed', index, elapsedMs: elapsed() });
    } catch (thrown) {
      if (signal.aborted) settle(runId, { kind: 'cancelled', index, elapsedMs: elapsed() });
      else settle(runId, { kind: 'refused', index, elapsedMs: elapsed(), error: toPanelError(thrown) });
    }
  };

  return {
    run: () => run,
    start: (plan, rows) => {
      if (cancel !== null) {
        throw panelError({
          code: 'gateway-overload-running',
          layer: 'panel',
          message: 'An overload test is already running.',
          hint: 'Wait until it ends, or cancel it.',
          retryable: true,
        });
      }
      cancel = new AbortController();
      const { signal } = cancel;
      slots = rows;
      const indices = [...Array(plan.requests).keys()];
      const begun: OverloadRun = {
        runId: `overload-${nextId++}`,
        plan,
        startedAt: o.now(),
        ...slotsOf(plan.backendClass),
        cancelled: null,
        requests: indices.map((index) => ({ kind: 'waiting', index })),
        verdict: null,
      };
      take(begun);
      for (const index of indices) void send(begun.runId, index, plan, signal);
      return begun;
    },
    cancel: () => {
      if (run === null || cancel === null) return;
      take({ ...run, cancelled: { at: o.now(), inUseUntil: run.startedAt + GATEWAY_TIMEOUT_MS } });
      cancel.abort();
    },
    clear: () => {
      cancel?.abort();
      cancel = null;
      if (run !== null) take(null);
    },
    onChange: changes.on,
  };
}
