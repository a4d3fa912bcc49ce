import type { WorkflowPlan } from './workflow.ts';

/** MiB, and ms at the model's own image size. */
export interface Demand {
  readonly weightsMiB: number;
  readonly workingMiB: number;
  readonly stepMs: number;
  readonly decodeMs: number;
  readonly pixels: number;
  readonly className: string;
}
const SDXL: Demand = { weightsMiB: 6800, workingMiB: 2600, stepMs: 220, decodeMs: 800, pixels: 1024 * 1024, className: 'SDXL' };
const SD1: Demand = { weightsMiB: 2000, workingMiB: 900, stepMs: 66, decodeMs: 300, pixels: 512 * 512, className: 'BaseModel' };

export function demandOf(checkpoint: string): Demand {
  return /xl/i.test(checkpoint) ? SDXL : SD1;
}

/** How long loading, sampling and decoding will take, ms; all together `fixedMs` when that is given. */
export function timesOf(
  { recipe, checkpoint }: WorkflowPlan,
  o: { readonly isCold: boolean; readonly fixedMs: number | null },
): { readonly loadMs: number; readonly sampleMs: number; readonly decodeMs: number } {
  if (checkpoint === null) return { loadMs: 0, sampleMs: 0, decodeMs: o.fixedMs ?? 60 };
  const demand = demandOf(checkpoint);
  const share = Math.max(0.25, (recipe.width * recipe.height) / demand.pixels);
  const loadMs = o.isCold ? 600 + demand.weightsMiB / 3.6 : 80;
  const sampleMs = recipe.steps * demand.stepMs * share;
  const decodeMs = demand.decodeMs * share;
  const scale = o.fixedMs === null ? 1 : o.fixedMs / (loadMs + sampleMs + decodeMs);
  return { loadMs: loadMs * scale, sampleMs: sampleMs * scale, decodeMs: decodeMs * scale };
}
