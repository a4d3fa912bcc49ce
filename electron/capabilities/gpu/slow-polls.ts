import type { GpuHealth, GpuProcess } from '../../../shared/capabilities/gpu/contract.ts';
import { HOST_SCRIPTS, scriptArgv } from '../../../shared/host-scripts/index.ts';
import { monotonicMs } from '../../../shared/monotonic.ts';
import type { Logger } from '../../foundation/log/log.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { pause } from '../../foundation/timing/pause.ts';
import { retryDelayMs } from '../../foundation/timing/retry-policy.ts';
import type { FieldKnowledge } from './fields.ts';
import { parseHealth, planHealth } from './identity.ts';
import { parseProcesses } from './processes.ts';
import { QUERY_TIMEOUT_MS, queryGpu } from './query.ts';

const CHECK_INTERVAL_MS = 1_000;
/** Interval of the process list while the VRAM in use changes. */
const MIN_PROCESS_INTERVAL_MS = 5_000;
/** Interval while the VRAM in use is steady. */
const MAX_PROCESS_INTERVAL_MS = 30_000;
const CHANGED_MIB = 32;
const HEALTH_INTERVAL_MS = 60_000;
const RETRY = { firstMs: 10_000, maxMs: 300_000 };

export interface SlowPollOptions {
  readonly transport: Transport;
  readonly knowledge: FieldKnowledge;
  readonly now: () => number;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** VRAM in use on all GPUs as last sampled, MiB; NaN when unknown. */
  usedMiB(): number;
  onProcesses(processes: readonly GpuProcess[], at: number): void;
  onHealth(health: readonly GpuHealth[]): void;
}

/** Whether the process list is due, `sinceMs` after the last one with `askedMiB` in use. NaN = unknown. */
export function processesDue(sinceMs: number, usedMiB: number, polledMiB: number): boolean {
  const isSteady = Math.abs(usedMiB - polledMiB) < CHANGED_MIB;
  return sinceMs >= (isSteady ? MAX_PROCESS_INTERVAL_MS : MIN_PROCESS_INTERVAL_MS);
}

/**
 * Lists processes when the VRAM in use changed, otherwise every 30 s, since a new nvidia-smi costs the host more than a minute of
 * samples, and reads health every 60 s. Both run in turn, so that at most one nvidia-smi runs beside the stream. Failures are retried
 * with growing delays and leave the last readings with their time.
 */
export function startSlowPolls(o: SlowPollOptions): void {
  let knowledge = o.knowledge;
  let failures = 0;
  let healthAt = Number.NEGATIVE_INFINITY;
  let polledAt = Number.NEGATIVE_INFINITY;
  let polledMiB = Number.NaN;

  const once = async (): Promise<void> => {
    const { stdout } = await o.transport.exec(scriptArgv(HOST_SCRIPTS.gpuProcesses), { timeoutMs: QUERY_TIMEOUT_MS });
    if (o.signal.aborted) return;
    const at = o.now();
    const answer = parseProcesses(stdout, at);
    if (!answer.isComplete) throw new Error(`processes: exit ${answer.exitCode}: ${answer.text.slice(0, 200)}`);
    o.onProcesses(answer.processes, at);
    if (monotonicMs() - healthAt < HEALTH_INTERVAL_MS) return;
    const health = await queryGpu(o.transport, knowledge, planHealth);
    if (o.signal.aborted) return;
    knowledge = health.knowledge;
    healthAt = monotonicMs();
    o.onHealth(parseHealth(health.text, health.plan, o.now()));
  };
  /** Resolves with the ms until the next check. */
  const check = async (): Promise<number> => {
    const usedMiB = o.usedMiB();
    if (failures === 0 && !processesDue(monotonicMs() - polledAt, usedMiB, polledMiB)) return CHECK_INTERVAL_MS;
    polledAt = monotonicMs();
    polledMiB = usedMiB;
    try {
      await once();
      failures = 0;
    } catch (cause) {
      failures += 1;
      if (!o.signal.aborted && failures <= 3) o.log.warn('gpu.errand-failed', { failures, cause: String(cause) });
    }
    return failures === 0 ? CHECK_INTERVAL_MS : retryDelayMs(RETRY, failures);
  };
  const run = async (): Promise<void> => {
    while (!o.signal.aborted) await pause(await check(), o.signal);
  };
  void run();
}
