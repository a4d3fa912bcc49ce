import { createEmitter } from '../../shared/emitter.ts';
import { randomUuid } from '../base/random.ts';
import { paintPreview } from '../base/test-images.ts';
import type { ComfyUiContext } from './context.ts';
import type { ComfyEvent } from './events.ts';
import { currentNode, dueNode, type Execution, isSampling, outOfMemoryError, placeOf, progressState, stepsDue } from './execution.ts';
import type { ComfyHistory, ComfyJob, SavedImage } from './jobs.ts';
import { OutputFolder } from './output-folder.ts';
import { demandOf, timesOf } from './timing.ts';
import { type Refusal, readWorkflow, refusalLines, Workflow } from './workflow.ts';

const MAX_JOBS = 200;
const CONTEXT_MIB = 418;
const FIXED_MS = 1000;

/** The simulated ComfyUI. Queue and history are in memory: they end with the process. */
export class ComfyUi {
  /** Outlives the process. */
  readonly output = new OutputFolder();
  readonly #context: ComfyUiContext;
  readonly #events = createEmitter<ComfyEvent>();
  readonly onEvent = this.#events.on;
  #pending: ComfyJob[] = [];
  #run: Execution | null = null;
  #history = new Map<string, ComfyHistory>();
  readonly #cached = new Map<string, readonly SavedImage[]>();
  #loaded: string | null = null;
  #freesAfter: { readonly unloadsModels: boolean; readonly freesMemory: boolean } | null = null;
  #number = 0;
  #isRunning = false;

  constructor(context: ComfyUiContext) {
    this.#context = context;
  }

  get running(): ComfyJob | null {
    return this.#run?.job ?? null;
  }

  get pending(): readonly ComfyJob[] {
    return this.#pending;
  }

  get remaining(): number {
    return this.#pending.length + (this.#run === null ? 0 : 1);
  }

  get history(): ReadonlyMap<string, ComfyHistory> {
    return this.#history;
  }

  /** What torch has reserved, MiB. */
  get reservedMiB(): number {
    return this.#memoryMiB() - CONTEXT_MIB;
  }

  /** The node at work for a client; null = none. */
  nodeOf(clientId: string): string | null {
    return this.#run?.job.clientId === clientId ? currentNode(this.#run) : null;
  }

  submit(asked: {
    readonly prompt: unknown;
    readonly clientId: string | null;
    readonly promptId: string | null;
    readonly isFront: boolean;
    readonly extraData: Readonly<Record<string, unknown>>;
  }): ComfyJob | Refusal {
    this.#context.print('got prompt');
    const plan = readWorkflow(asked.prompt, this.#context.checkpoints());
    if ('error' in plan) {
      for (const line of refusalLines(plan)) this.#context.print(line);
      return plan;
    }
    const number = asked.isFront ? -this.#number : this.#number;
    this.#number += 1;
    const id = asked.promptId ?? randomUuid(this.#context.random);
    const { prompt, clientId, extraData } = asked;
    const job = { number, id, prompt, workflow: Workflow.parse(prompt), extraData, plan, clientId };
    this.#pending = [...this.#pending, job].sort((left, right) => left.number - right.number);
    this.#reportStatus();
    return job;
  }

  /** Takes pending jobs away: these, or all. */
  dequeue(ids: readonly string[] | null): void {
    this.#pending = this.#pending.filter((job) => ids !== null && !ids.includes(job.id));
    this.#reportStatus();
  }

  forget(ids: readonly string[] | null): void {
    if (ids === null) this.#history.clear();
    else for (const id of ids) this.#history.delete(id);
  }

  /** Ends what runs; with an id only when that is the one. */
  interrupt(id: string | null): void {
    const run = this.#run;
    if (run === null || (id !== null && run.job.id !== id)) return;
    this.#context.print('Processing interrupted');
    const data = { ...placeOf(run), timestamp: this.#context.hostNow() };
    this.#emit('execution_interrupted', data, null);
    this.#end(run, [], false, ['execution_interrupted', data]);
  }

  /** Drops the weights; those at work when their prompt is over. */
  free(o: { readonly unloadsModels: boolean; readonly freesMemory: boolean }): void {
    if (this.#run !== null) {
      this.#freesAfter = o;
      return;
    }
    if (o.unloadsModels || o.freesMemory) this.#loaded = null;
    if (o.freesMemory) this.#cached.clear();
  }

  /** Lives on to `nowMs`; what it wants of the card. */
  step(nowMs: number, isRunning: boolean): { readonly memoryMiB: number; readonly utilizationPercent: number } {
    if (isRunning !== this.#isRunning) {
      this.#isRunning = isRunning;
      this.#lost();
    }
    if (!isRunning) return { memoryMiB: 0, utilizationPercent: 0 };
    if (this.#run === null && !this.#context.faults.has('comfyui-queue-stalled')) this.#begin(nowMs);
    if (this.#run !== null) this.#advance(this.#run, nowMs);
    return { memoryMiB: this.#memoryMiB(), utilizationPercent: this.#run === null ? 0 : isSampling(this.#run) ? 98 : 30 };
  }

  #lost(): void {
    this.#pending = [];
    this.#run = null;
    this.#history = new Map();
    this.#cached.clear();
    this.#loaded = null;
    this.#number = 0;
  }

  #memoryMiB(): number {
    const weights = this.#loaded === null ? 0 : demandOf(this.#loaded).weightsMiB;
    return CONTEXT_MIB + weights + (this.#run !== null && isSampling(this.#run) ? this.#run.demand.workingMiB : 0);
  }

  #begin(nowMs: number): void {
    const job = this.#pending.shift();
    if (job === undefined) return;
    const { checkpoint } = job.plan;
    const isCold = checkpoint !== null && this.#loaded !== checkpoint;
    const demand = demandOf(checkpoint ?? '');
    const times = timesOf(job.plan, { isCold, fixedMs: this.#context.faults.has('images-take-1-s') ? FIXED_MS : null });
    const run: Execution = { job, startedAtMs: nowMs, ...times, demand, messages: [], begunCount: 0, steps: 0 };
    this.#run = run;
    this.#say(run, 'execution_start', {});
    const cached = this.#cached.get(JSON.stringify(job.workflow));
    this.#say(run, 'execution_cached', { nodes: cached === undefined ? [] : Object.keys(job.workflow) });
    if (cached !== undefined) {
      this.#complete(run, nowMs, cached);
      return;
    }
    if (isCold) this.#context.print(`Requested to load ${demand.className}`);
    if (checkpoint !== null) this.#loaded = checkpoint;
    this.#reportStatus();
  }

  #advance(run: Execution, nowMs: number): void {
    const { plan, id, clientId } = run.job;
    const elapsedMs = nowMs - run.startedAtMs;
    if (this.#context.faults.has('stuck-queue')) return;
    const due = dueNode(run, elapsedMs);
    const steps = stepsDue(run, elapsedMs);
    // All steps are reported before the node after the sampler begins.
    if (plan.samplerNode !== null && (steps > run.steps || due === plan.samplerNode)) this.#beginUntil(run, plan.samplerNode);
    if (this.#context.faults.has('out-of-memory') && plan.checkpoint !== null && steps >= plan.recipe.steps / 2) {
      this.#fail(run);
      return;
    }
    if (steps !== run.steps) {
      run.steps = steps;
      this.#emit('progress', { value: steps, max: plan.recipe.steps, prompt_id: id, node: plan.samplerNode }, clientId);
      this.#emit('progress_state', progressState(run), clientId);
      const node = plan.samplerNode;
      const metadata = { node_id: node, prompt_id: id, display_node_id: node, parent_node_id: null, real_node_id: node };
      const png = () => paintPreview(plan.recipe, steps / plan.recipe.steps).png;
      this.#events.emit({ kind: 'preview', png, metadata, clientId });
    }
    this.#beginUntil(run, due);
    if (elapsedMs >= run.loadMs + run.sampleMs + run.decodeMs) this.#complete(run, nowMs, null);
  }

  /** Begins the nodes of the plan one after the other, up to this one. */
  #beginUntil(run: Execution, node: string): void {
    const { plan, id, clientId } = run.job;
    const last = plan.order.indexOf(node);
    while (run.begunCount <= last) {
      const next = plan.order[run.begunCount];
      run.begunCount += 1;
      this.#emit('executing', { node: next, display_node: next, prompt_id: id }, clientId);
      this.#emit('progress_state', progressState(run), clientId);
    }
  }

  #complete(run: Execution, nowMs: number, cached: readonly SavedImage[] | null): void {
    const { plan, id, clientId, workflow } = run.job;
    if (cached === null) this.#beginUntil(run, plan.outputNode);
    const images = cached ?? [this.output.save(plan.filenamePrefix, plan.recipe)];
    this.#cached.set(JSON.stringify(workflow), images);
    this.#emit('executed', { node: plan.outputNode, display_node: plan.outputNode, output: { images }, prompt_id: id }, clientId);
    this.#say(run, 'execution_success', {});
    this.#context.print(`Prompt executed in ${((nowMs - run.startedAtMs) / 1000).toFixed(2)} seconds`);
    this.#end(run, images, true, null);
  }

  #fail(run: Execution): void {
    this.#context.print('!!! Exception during processing !!! Allocation on device');
    this.#context.print('Got an OOM, unloading all loaded models.');
    const data = { ...outOfMemoryError(run), timestamp: this.#context.hostNow() };
    this.#emit('execution_error', data, run.job.clientId);
    this.#loaded = null;
    this.#end(run, [], false, ['execution_error', data]);
  }

  #end(
    run: Execution,
    images: readonly SavedImage[],
    isSuccess: boolean,
    last: readonly [string, Readonly<Record<string, unknown>>] | null,
  ): void {
    if (last !== null) run.messages.push(last);
    this.#run = null;
    if (this.#freesAfter !== null) this.free(this.#freesAfter);
    this.#freesAfter = null;
    this.#history.set(run.job.id, { job: run.job, images, isSuccess, messages: run.messages });
    const [oldest] = this.#history.keys();
    if (this.#history.size > MAX_JOBS && oldest !== undefined) this.#history.delete(oldest);
    this.#emit('executing', { node: null, prompt_id: run.job.id }, run.job.clientId);
    this.#reportStatus();
  }

  #say(run: Execution, type: string, more: Readonly<Record<string, unknown>>): void {
    const data = { ...more, prompt_id: run.job.id, timestamp: this.#context.hostNow() };
    run.messages.push([type, data]);
    this.#emit(type, data, run.job.clientId);
  }

  #reportStatus(): void {
    this.#emit('status', { status: { exec_info: { queue_remaining: this.remaining } } }, null);
  }

  #emit(type: string, data: Readonly<Record<string, unknown>>, clientId: string | null): void {
    this.#events.emit({ kind: 'message', type, data, clientId });
  }
}
