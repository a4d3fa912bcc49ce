import type { TroubleshootingAnswer } from '../../../shared/capabilities/troubleshooting/contract.ts';
import type { SymptomId } from '../../../shared/capabilities/troubleshooting/symptoms.ts';
import { monotonicMs } from '../../../shared/monotonic.ts';
import { diagnose } from './diagnose.ts';
import type { Evidence } from './evidence.ts';
import { type Asked, type GatherParts, gather } from './gather.ts';
import type { Rule } from './rule.ts';

export interface Troubleshooting {
  /** Gathers evidence and applies the rules of the symptom. */
  find(symptom: SymptomId, asked: Asked): Promise<TroubleshootingAnswer>;
  stop(): void;
}

export function createTroubleshooting(o: GatherParts & { readonly rules: readonly Rule[] }): Troubleshooting {
  const stopped = new AbortController();
  return {
    find: async (symptom, asked) => {
      const startedMs = monotonicMs();
      const evidence = await gather(o, asked, stopped.signal);
      const { causes, ruledOut, unknown } = diagnose(symptom, evidence, o.rules);
      return {
        symptom,
        takenAt: evidence.nowMs,
        elapsedMs: monotonicMs() - startedMs,
        causes: [...causes],
        ruledOut: [...ruledOut],
        unknown: [...unknown],
        moment: momentOf(evidence, causes[0]?.at ?? null),
      };
    },
    stop: () => stopped.abort(),
  };
}

/** The stretch of VRAM to show; null where nothing is stored of it. */
function momentOf({ vram, gpu, atMs }: Evidence, causedAt: number | null): TroubleshootingAnswer['moment'] {
  if (!vram.isKnown || vram.value.usedMiB.every((value) => value === null)) return null;
  const { gpuUuid, fromMs, toMs } = vram.value;
  const gpus = gpu.isKnown && gpu.value.kind === 'read' ? gpu.value.gpus : [];
  // What began before the stretch is not in it.
  const at = causedAt !== null && causedAt >= fromMs && causedAt <= toMs ? causedAt : atMs;
  return { gpuUuid, at, fromMs, toMs, totalMiB: gpus.find(({ uuid }) => uuid === gpuUuid)?.number('memory.total') ?? null };
}
