import type { GpuHealth, GpuProcess } from '../../shared/contract/gpu.ts';
import { HOST_SCRIPTS, scriptArgv } from '../../shared/host-scripts/index.ts';
import type { Logger } from '../log.ts';
import type { Transport } from '../ssh/transport.ts';
import type { FieldKnowledge } from './fields.ts';
import { parseHealth, planHealth } from './identity.ts';
import { parseProcesses } from './processes.ts';
import { queryGpu } from './query.ts';

const PROCESSES_EVERY_MS = 5_000;
const HEALTH_EVERY_MS = 60_000;
const SLOWEST_MS = 300_000;

export interface ErrandOptions {
  readonly transport: Transport;
  readonly knowledge: FieldKnowledge;
  readonly now: () => number;
  readonly log: Logger;
  readonly signal: AbortSignal;
  onProcesses(processes: readonly GpuProcess[], at: number): void;
  onHealth(health: readonly GpuHealth[]): void;
}

/**
 * Asks for processes every 5 s and for health every 60 s, one after the other: never two nvidia-smi beside the stream.
 * What fails is asked again ever more rarely, and leaves the readings with their old time.
 */
export function startErrands(o: ErrandOptions): void {
  let knowledge = o.knowledge;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let failures = 0;
  let healthAt = Number.NEGATIVE_INFINITY;
  o.signal.addEventListener('abort', () => {
    if (timer !== null) clearTimeout(timer);
  });

  const once = async (): Promise<void> => {
    const { stdout } = await o.transport.exec(scriptArgv(HOST_SCRIPTS.gpuProcesses), { timeoutMs: 15_000 });
    if (o.signal.aborted) return;
    const at = o.now();
    const answer = parseProcesses(stdout, at);
    if (answer.exitCode !== 0) throw new Error(`processes: exit ${answer.exitCode}: ${answer.text.slice(0, 200)}`);
    o.onProcesses(answer.processes, at);
    if (at - healthAt < HEALTH_EVERY_MS) return;
    const health = await queryGpu(o.transport, knowledge, planHealth);
    if (o.signal.aborted) return;
    knowledge = health.knowledge;
    healthAt = o.now();
    o.onHealth(parseHealth(health.text, health.plan, healthAt));
  };
  const run = async (): Promise<void> => {
    try {
      await once();
      failures = 0;
    } catch (cause) {
      failures += 1;
      if (!o.signal.aborted && failures <= 3) o.log.warn('gpu.errand-failed', { failures, cause: String(cause) });
    }
    if (!o.signal.aborted) timer = setTimeout(run, Math.min(SLOWEST_MS, PROCESSES_EVERY_MS * 2 ** Math.min(failures, 6)));
  };
  void run();
}
