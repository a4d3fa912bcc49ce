import type { GpuLoad } from '../gpu.ts';
import { invokeLine } from '../unit-definitions.ts';
import type { Plan } from './plan.ts';

const CUDA_CONTEXT_MIB = 482;
/** Of one step at 1024 × 1024, and of the decoder. */
const STEP_MS: Readonly<Record<string, number>> = { 'sd-1': 340, sdxl: 260, flux: 620 };
const DECODE_MS = 1500;
const WORKING_MIB: Readonly<Record<string, number>> = { 'sd-1': 1400, sdxl: 3100, flux: 4200 };
const FULL_PIXELS = 1024 * 1024;

/** What happens at a moment of a run. */
export interface Moment {
  readonly afterMs: number;
  readonly utilizationPercent: number;
  readonly workingMiB: number;
  readonly lines: readonly string[];
  /** Steps denoised by then; null for moments that are none. */
  readonly step: number | null;
  readonly outcome: 'completed' | { readonly errorType: string; readonly message: string } | null;
}

/** The life of a job from its start, for a model that is loaded or not; `fixedMs` replaces the time it would take. */
export function momentsOf(
  plan: Plan,
  o: {
    readonly session: string;
    readonly itemId: number;
    readonly isLoaded: boolean;
    readonly fixedMs: number | null;
    readonly isOutOfMemory: boolean;
  },
): readonly Moment[] {
  const begin = invokeLine('INFO', `Executing queue item ${o.itemId}, session ${o.session}`);
  const quiet = (afterMs: number, rest: Partial<Moment>): Moment => ({
    afterMs,
    utilizationPercent: 0,
    workingMiB: 0,
    lines: [],
    step: null,
    outcome: null,
    ...rest,
  });
  if (plan.kind === 'impossible') {
    const lines = [begin, invokeLine('ERROR', `Error while invoking session ${o.session}, invocation ${plan.node}: ${plan.message}`)];
    return [quiet(0, { lines }), quiet(120, { outcome: { errorType: plan.errorType, message: plan.message } })];
  }
  if (plan.kind === 'blank') return [quiet(0, { lines: [begin] }), quiet(60, { outcome: 'completed' })];

  const { model, recipe } = plan;
  const share = (recipe.width * recipe.height) / FULL_PIXELS;
  const stepMs = (STEP_MS[model.base] ?? 300) * (0.12 + 0.88 * share);
  const naturalLoadMs = o.isLoaded ? 250 : 1200 + model.weightsMiB / 3.6;
  const naturalDecodeMs = 200 + DECODE_MS * share * 0.87;
  const natural = naturalLoadMs + stepMs * recipe.steps + naturalDecodeMs;
  const scale = o.fixedMs === null ? 1 : o.fixedMs / natural;
  const loadMs = naturalLoadMs * scale;
  const decodeAtMs = loadMs + stepMs * recipe.steps * scale;
  const endMs = decodeAtMs + naturalDecodeMs * scale;
  const workingMiB = Math.round((WORKING_MIB[model.base] ?? 2000) * Math.max(0.35, share));

  const loaded = `[MODEL CACHE] Loaded model '${model.name}:unet' onto cuda device in ${(loadMs / 1000).toFixed(2)}s. Total model size: ${model.weightsMiB.toFixed(2)}MB, VRAM: ${model.weightsMiB.toFixed(2)}MB (100.0%)`;
  const moments: Moment[] = [
    quiet(0, {
      utilizationPercent: o.isLoaded ? 40 : 6,
      lines: [begin, invokeLine('INFO', '127.0.0.1:51412 - "POST /api/v1/queue/default/enqueue_batch HTTP/1.1" 201', 'uvicorn.access')],
    }),
    quiet(loadMs, { utilizationPercent: 99, workingMiB, lines: [invokeLine('INFO', loaded, 'ModelManagerService')], step: 0 }),
  ];
  for (let step = 1; step <= recipe.steps; step += 1) {
    const afterMs = loadMs + stepMs * scale * step;
    if (o.isOutOfMemory && step > recipe.steps * 0.6) {
      const message = 'CUDA out of memory. Tried to allocate 4.50 GiB. GPU 0 has a total capacity of 44.39 GiB of which 1.21 GiB is free.';
      moments.push(quiet(afterMs, { lines: outOfMemoryLines(o.session, message), outcome: { errorType: 'OutOfMemoryError', message } }));
      return moments;
    }
    moments.push(quiet(afterMs, { utilizationPercent: 99, workingMiB, step }));
  }
  const rate = invokeLine('INFO', `Denoised ${recipe.steps} steps at ${(1000 / (stepMs * scale)).toFixed(2)} it/s`);
  moments.push(
    quiet(decodeAtMs, { utilizationPercent: 84, workingMiB: workingMiB + Math.round(3900 * Math.min(1.5, share)), lines: [rate] }),
    quiet(endMs, { lines: statistics(o.session, plan, stepMs * scale, endMs), outcome: 'completed' }),
  );
  return moments;
}

/** What InvokeAI's process holds of the card. */
export function loadOf(o: {
  readonly pid: number;
  readonly weightsMiB: number;
  readonly workingMiB: number;
  readonly utilizationPercent: number;
}): GpuLoad {
  return {
    pid: o.pid,
    processName: '/var/lib/invokeai/venv/bin/python',
    memoryMiB: CUDA_CONTEXT_MIB + o.weightsMiB + o.workingMiB,
    utilizationPercent: o.utilizationPercent,
  };
}

function statistics(
  session: string,
  { model, recipe }: Extract<Plan, { kind: 'picture' }>,
  stepMs: number,
  totalMs: number,
): readonly string[] {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(3)}s`.padStart(9);
  const vram = `${((model.weightsMiB + (WORKING_MIB[model.base] ?? 2000)) / 1024).toFixed(3)}G`;
  // Printed in one go with line breaks: journald makes a record of each line, the colour is on the first one only.
  return [
    `\u001b[38;20m[{time}]::[InvokeAI]::INFO --> Graph stats: ${session}`,
    '                          Node   Calls   Seconds  VRAM Used',
    `                  model_loader       1 ${seconds(4)}     0.000G`,
    `                       denoise       1 ${seconds(recipe.steps * stepMs)}    ${vram}`,
    `                           l2i       1 ${seconds(Math.min(DECODE_MS, totalMs))}    ${vram}`,
    `TOTAL GRAPH EXECUTION TIME: ${seconds(totalMs)}`,
    `RAM used by InvokeAI process: 3.05G${'\u001b[0m'}`,
  ];
}

function outOfMemoryLines(session: string, message: string): readonly string[] {
  return [
    invokeLine('ERROR', `Error while invoking session ${session}, invocation denoise_latents:`),
    'Traceback (most recent call last):',
    '  File "/var/lib/invokeai/venv/lib/python3.11/site-packages/invokeai/app/services/session_processor/session_processor_default.py", line 129, in run_node',
    '    output = invocation.invoke_internal(context=context, services=self._services)',
    '  File "/var/lib/invokeai/venv/lib/python3.11/site-packages/torch/nn/modules/conv.py", line 549, in _conv_forward',
    '    return F.conv2d(',
    `torch.OutOfMemoryError: ${message}`,
  ];
}
