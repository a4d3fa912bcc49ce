import type { LabModel } from './installed-models.ts';
import type { Plan } from './plan.ts';

/** What a kind of model asks of the card. MiB, ms at its own image size. */
interface Demand {
  readonly workingMiB: number;
  readonly decodeMiB: number;
  readonly stepMs: number;
  readonly decodeMs: number;
  readonly pixels: number;
}

const SDXL: Demand = { workingMiB: 3100, decodeMiB: 3900, stepMs: 230, decodeMs: 900, pixels: 1024 * 1024 };
const SD1: Demand = { workingMiB: 1100, decodeMiB: 900, stepMs: 72, decodeMs: 320, pixels: 512 * 512 };
const FLUX: Demand = { workingMiB: 4200, decodeMiB: 3900, stepMs: 620, decodeMs: 1500, pixels: 1024 * 1024 };
const WARM_MS = 160;

export type Phase = 'load' | 'denoise' | 'decode' | 'over';

/** Times of one session's work in ms from its start. */
export interface Timing {
  readonly loadMs: number;
  readonly denoiseMs: number;
  readonly decodeMs: number;
  readonly isCold: boolean;
  readonly demand: Demand;
}

/** How long what will take; all of it together `fixedMs` when that is given. Latents from the invocation cache take no time. */
export function timingOf(
  plan: Plan,
  model: LabModel | null,
  o: { readonly isCold: boolean; readonly isCached: boolean; readonly fixedMs: number | null },
): Timing {
  const { isCold, isCached, fixedMs } = o;
  const demand = model?.base === 'flux' ? FLUX : model?.base === 'sdxl' ? SDXL : SD1;
  const share = (plan.recipe.width * plan.recipe.height) / demand.pixels;
  const natural =
    model === null
      ? { loadMs: 0, denoiseMs: 0, decodeMs: 40 }
      : {
          loadMs: isCold ? 700 + model.weightsMiB / 3.6 : WARM_MS,
          denoiseMs: Math.max(1, plan.recipe.steps) * demand.stepMs * Math.max(0.25, share),
          decodeMs: demand.decodeMs * Math.max(0.25, share),
        };
  const scale = fixedMs === null ? 1 : fixedMs / (natural.loadMs + natural.denoiseMs + natural.decodeMs);
  return {
    loadMs: isCached ? 0 : natural.loadMs * scale,
    denoiseMs: isCached ? 0 : natural.denoiseMs * scale,
    decodeMs: natural.decodeMs * scale,
    isCold,
    demand,
  };
}

export function phaseAt(timing: Timing, elapsedMs: number): Phase {
  if (elapsedMs < timing.loadMs) return 'load';
  if (elapsedMs < timing.loadMs + timing.denoiseMs) return 'denoise';
  return elapsedMs < timing.loadMs + timing.denoiseMs + timing.decodeMs ? 'decode' : 'over';
}

/** Denoising steps done by then. */
export function stepsDone(timing: Timing, steps: number, elapsedMs: number): number {
  if (timing.denoiseMs === 0) return 0;
  return Math.max(0, Math.min(steps, Math.floor(((elapsedMs - timing.loadMs) / timing.denoiseMs) * steps)));
}
