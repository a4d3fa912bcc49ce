import { randomUuid } from '../base/random.ts';
import { paintPreview } from '../base/test-images.ts';
import { invokeLine } from '../systemd/unit-definitions.ts';
import type { InvokeAiContext } from './context.ts';
import type { GraphNode } from './graph.ts';
import type { Images } from './images.ts';
import { type InstalledModels, type LabModel, pathOf } from './installed-models.ts';
import { InvocationCache } from './invocation-cache.ts';
import { failureLines, OUT_OF_MEMORY, statisticsLines, tracebackLines } from './journal-lines.ts';
import { ModelCache } from './model-cache.ts';
import { modelDocument } from './model-document.ts';
import { type Plan, planOf, RunFault } from './plan.ts';
import type { SessionQueue } from './queue.ts';
import type { QueueItem } from './queue-item.ts';
import { type Phase, phaseAt, stepsDone, type Timing, timingOf } from './run.ts';
import { type ReportedWork, RunEvents } from './run-events.ts';

const CUDA_CONTEXT_MIB = 482;
/** With the fault `images-take-1-s`. */
const FIXED_MS = 1000;
const UTILIZATION: Readonly<Record<Phase, number>> = { load: 6, denoise: 99, decode: 84, over: 0 };

const LOADER_BASES: Readonly<Record<string, string>> = { sdxl_model_loader: 'sdxl', main_model_loader: 'sd-1', flux_model_loader: 'flux' };

interface Work extends ReportedWork {
  readonly timing: Timing;
  readonly startedAtMs: number;
  phase: Phase | 'new';
  steps: number;
  /** How far it had come when it began to hang; null when it runs. */
  hangsAtMs: number | null;
}

/** Takes sessions from the queue one after another and lives through them: model, denoising, decoding. */
export class SessionProcessor {
  readonly cache = new ModelCache();
  readonly #latents = new InvocationCache();
  readonly #context: InvokeAiContext;
  readonly #queue: SessionQueue;
  readonly #installed: InstalledModels;
  readonly #images: Images;
  readonly #events: RunEvents;
  #work: Work | null = null;
  #failsNext = false;

  constructor(
    context: InvokeAiContext,
    parts: { readonly queue: SessionQueue; readonly installed: InstalledModels; readonly images: Images },
  ) {
    this.#context = context;
    this.#queue = parts.queue;
    this.#installed = parts.installed;
    this.#images = parts.images;
    this.#events = new RunEvents(context, parts.queue);
  }

  get isProcessing(): boolean {
    return this.#work !== null;
  }

  /** Has the next session run out of memory. */
  failNext(): void {
    this.#failsNext = true;
  }

  /** Lets go of every model that is not at work. */
  emptyCache(): void {
    this.cache.empty(this.#work?.model?.key ?? null);
    this.#context.print(invokeLine('INFO', 'Emptying model cache.', 'ModelManagerService'));
  }

  stopped(): void {
    this.#work = null;
    this.cache.empty(null);
    this.#latents.clear();
  }

  /** What it wants of the card now. */
  load(): { readonly memoryMiB: number; readonly utilizationPercent: number } {
    let memoryMiB = CUDA_CONTEXT_MIB + this.cache.heldMiB;
    const work = this.#work;
    if (work === null || work.model === null || work.phase === 'new') return { memoryMiB, utilizationPercent: 0 };
    const { demand, isCold } = work.timing;
    const share = Math.max(0.25, (work.plan.recipe.width * work.plan.recipe.height) / demand.pixels);
    if (work.phase === 'denoise') memoryMiB += demand.workingMiB * share;
    if (work.phase === 'decode') memoryMiB += (demand.workingMiB + demand.decodeMiB) * share;
    const utilizationPercent = work.hangsAtMs !== null ? 0 : work.phase === 'load' && !isCold ? 40 : UTILIZATION[work.phase];
    return { memoryMiB, utilizationPercent };
  }

  step(nowMs: number): void {
    if (this.#context.faults.has('queue-worker-dead')) this.#work = null;
    else if (this.#work === null && this.#queue.isStarted && !this.#context.faults.has('queue-stuck-for-long')) {
      const next = this.#queue.next();
      if (next !== null) this.#begin(next, nowMs);
    }
    if (this.#work !== null) this.#advance(this.#work, nowMs);
  }

  #begin(item: QueueItem, nowMs: number): void {
    this.#queue.enter(item, 'in_progress');
    this.#context.print(invokeLine('INFO', `Executing queue item ${item.itemId}, session ${item.sessionId} on cuda:0`));
    for (const id of Object.keys(item.graph.nodes)) item.prepared.set(id, randomUuid(this.#context.random));
    try {
      const plan = planOf(item.graph);
      const model = plan.modelKey === null ? null : this.#modelOf(plan.modelKey, plan);
      const isCold = model !== null && !this.cache.has(model.key);
      const isCached = this.#latents.has(plan, item.graph);
      const fixedMs = this.#context.faults.has('images-take-1-s') ? FIXED_MS : null;
      const timing = timingOf(plan, model, { isCold, isCached, fixedMs });
      if (model !== null) this.cache.use(model);
      this.#work = { item, plan, model, timing, isCached, startedAtMs: nowMs, phase: 'new', steps: 0, hangsAtMs: null };
    } catch (thrown) {
      if (!(thrown instanceof RunFault)) throw thrown;
      this.#fail(item, thrown.node, { type: thrown.type, message: thrown.message });
    }
  }

  #modelOf(key: string, plan: Plan): LabModel {
    const loader = plan.order.find((node) => node['model'] !== undefined) ?? plan.output;
    const model = this.#installed.get(key);
    if (model === null) throw new RunFault('UnknownModelException', loader, `Unknown model: ${key}`);
    if (this.#installed.isMissing(key))
      throw new RunFault('FileNotFoundError', loader, `[Errno 2] No such file or directory: '${pathOf(model)}'`);
    if (model.base !== LOADER_BASES[loader.type])
      throw new RunFault('AttributeError', loader, `model of base ${model.base} has no submodel text_encoder_2`);
    return model;
  }

  #advance(work: Work, nowMs: number): void {
    const isStuck = this.#context.faults.has('stuck-queue');
    const elapsedMs = nowMs - work.startedAtMs;
    if (isStuck && (work.hangsAtMs !== null || work.phase === 'denoise')) {
      work.hangsAtMs ??= elapsedMs;
      return;
    }
    // A cancel takes effect at the next step.
    if (work.item.status !== 'in_progress') {
      this.#work = null;
      return;
    }
    const phase = phaseAt(work.timing, elapsedMs);
    if (work.phase === 'new') this.#events.conditioning(work);
    if (phase !== work.phase) this.#enter(work, phase, elapsedMs);
    if (this.#work !== work) return;
    if (phase === 'denoise') this.#denoise(work, elapsedMs);
  }

  #enter(work: Work, phase: Phase, elapsedMs: number): void {
    const { plan, model, timing } = work;
    const before = work.phase;
    work.phase = phase;
    if (model !== null && before === 'load') {
      const size = `${model.weightsMiB.toFixed(2)}MB`;
      const text = `[MODEL CACHE] Loaded model '${model.key}:unet' (UNet2DConditionModel) onto cuda device in ${(timing.loadMs / 1000).toFixed(2)}s. Total model size: ${size}, VRAM: ${size} (100.0%)`;
      this.#context.print(invokeLine('INFO', text, 'ModelManagerService'));
      this.#context.emit('model_load_complete', () => ({ config: modelDocument(model), submodel_type: 'unet', user_id: 'system' }));
    }
    if (phase === 'load' && model !== null && timing.isCold)
      this.#context.emit('model_load_started', () => ({ config: modelDocument(model), submodel_type: 'unet', user_id: 'system' }));
    if (phase === 'denoise') {
      this.#events.started(work, denoiseNode(plan));
      this.#events.loading(work, denoiseNode(plan), 'scheduler');
    }
    if (phase === 'decode') {
      const perStep = timing.denoiseMs / Math.max(1, plan.recipe.steps);
      if (model !== null && !work.isCached)
        this.#context.print(
          invokeLine('INFO', `Denoised ${plan.recipe.steps} steps at ${(1000 / Math.max(0.001, perStep)).toFixed(2)} it/s`),
        );
      this.#events.started(work, plan.output);
      this.#events.loading(work, plan.output, 'vae');
      if (model !== null) this.#events.message(work, plan.output, 'Running VAE decoder');
    }
    if (phase === 'over') this.#complete(work, elapsedMs);
  }

  #denoise(work: Work, elapsedMs: number): void {
    const { plan, timing, item } = work;
    const steps = stepsDone(timing, plan.recipe.steps, elapsedMs);
    const isOutOfMemory = this.#failsNext || this.#context.faults.has('out-of-memory');
    if (isOutOfMemory && steps >= plan.recipe.steps * 0.6) {
      this.#failsNext = false;
      this.#work = null;
      this.#fail(item, denoiseNode(plan), { type: 'OutOfMemoryError', message: OUT_OF_MEMORY });
      return;
    }
    if (steps === work.steps) return;
    work.steps = steps;
    const share = steps / Math.max(1, plan.recipe.steps);
    this.#events.progress(work, denoiseNode(plan), 'Denoising', share, () => {
      const { png, width, height } = paintPreview(plan.recipe, share);
      return { width, height, dataURL: `data:image/png;base64,${png.toString('base64')}` };
    });
  }

  #complete(work: Work, elapsedMs: number): void {
    const { item, plan, timing, model } = work;
    this.#work = null;
    this.#latents.add(plan, item.graph);
    this.#events.message(work, plan.output, 'Saving image');
    const name = `${randomUuid(this.#context.random)}.png`;
    const isLost = this.#context.faults.has('job-without-image');
    for (const node of plan.order) {
      const id = item.prepared.get(node.id) ?? node.id;
      const { width, height } = plan.recipe;
      if (node === plan.output && isLost) continue;
      if (node === plan.output) item.results.set(id, { type: 'image_output', output_meta: {}, image: { image_name: name }, width, height });
      else if (node.type === 'noise')
        item.results.set(id, { type: 'noise_output', output_meta: {}, noise: { latents_name: id, seed: null }, width, height });
      else if (node.type === 'denoise_latents')
        item.results.set(id, { type: 'latents_output', output_meta: {}, latents: { latents_name: id, seed: null }, width, height });
    }
    this.#images.add({
      name,
      recipe: plan.recipe,
      isDrawn: plan.modelKey !== null,
      isIntermediate: plan.isIntermediate,
      sessionId: item.sessionId,
      nodeId: plan.output.id,
      createdMs: this.#context.hostNow(),
    });
    const result = item.results.get(item.prepared.get(plan.output.id) ?? '');
    this.#context.emit('invocation_complete', () => ({ ...this.#events.invocation(work, plan.output), result }));
    const vramMiB = plan.modelKey === null ? 0 : (model?.weightsMiB ?? 0) + timing.demand.workingMiB;
    for (const line of statisticsLines(item.sessionId, { denoiseMs: timing.denoiseMs, totalMs: elapsedMs, vramMiB }))
      this.#context.print(line);
    this.#queue.enter(item, 'completed');
  }

  #fail(item: QueueItem, node: GraphNode, error: { readonly type: string; readonly message: string }): void {
    for (const line of failureLines(item.sessionId, node.type, error)) this.#context.print(line);
    item.error = { ...error, traceback: tracebackLines(error).join('\n'), nodeId: node.id };
    const { traceback } = item.error;
    this.#context.emit('invocation_error', () => ({
      ...this.#queue.base(item),
      session_id: item.sessionId,
      invocation: { ...node, id: item.prepared.get(node.id) ?? node.id },
      invocation_source_id: node.id,
      error_type: error.type,
      error_message: error.message,
      error_traceback: traceback,
    }));
    this.#queue.enter(item, 'failed');
  }
}

function denoiseNode(plan: Plan): GraphNode {
  return plan.order.find((node) => /^(flux_)?denoise/.test(node.type)) ?? plan.output;
}
