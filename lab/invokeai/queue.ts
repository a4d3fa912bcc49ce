import type { LabFault } from '../faults.ts';
import type { GpuLoad } from '../gpu.ts';
import { type PictureRecipe, paintPicture, paintPreview } from '../pictures.ts';
import { encodePng } from '../png.ts';
import { type Random, randomUuid } from '../random.ts';
import { type Graph, type Plan, planOf } from './plan.ts';
import { loadOf, type Moment, momentsOf } from './run.ts';
import type { Shelf } from './shelf.ts';

export type ItemStatus = 'pending' | 'in_progress' | 'completed' | 'failed' | 'canceled';

export interface QueueItem {
  readonly itemId: number;
  readonly batchId: string;
  readonly sessionId: string;
  readonly origin: string | null;
  readonly destination: string | null;
  readonly priority: number;
  readonly graph: Graph;
  readonly createdMs: number;
  status: ItemStatus;
  sequence: number;
  startedMs: number | null;
  completedMs: number | null;
  updatedMs: number;
  error: { readonly type: string; readonly message: string } | null;
  /** Set once completed. */
  imageName: string | null;
  outputNode: string | null;
}

export interface QueueWorld {
  readonly random: Random;
  readonly faults: ReadonlySet<LabFault>;
  readonly shelf: Shelf;
  /** The host's clock. */
  hostNow(): number;
  /** One line of the service's output. */
  print(line: string): void;
  /** The payload is made only when somebody listens. */
  emit(event: string, payload: () => Readonly<Record<string, unknown>>): void;
}

interface Run {
  readonly item: QueueItem;
  readonly plan: Plan;
  readonly moments: readonly Moment[];
  readonly startedAtMs: number;
  next: number;
}

const KEPT_ITEMS = 60;
const KEPT_PICTURES = 24;
const FIXED_MS = 1000;
const PREVIEW_EVERY_STEPS = 2;

/** InvokeAI's session queue: one job at a time, the rest waits. Stepped by a clock. */
export class JobQueue {
  readonly items: QueueItem[] = [];
  isStarted = true;
  readonly #world: QueueWorld;
  readonly #recipes = new Map<string, Plan>();
  readonly #painted = new Map<string, Buffer>();
  #run: Run | null = null;
  #loadedKey: string | null = null;
  #utilization = 0;
  #workingMiB = 0;
  #nextItem = 501;

  constructor(world: QueueWorld) {
    this.#world = world;
  }

  get isProcessing(): boolean {
    return this.#run !== null;
  }

  get current(): QueueItem | null {
    return this.#run?.item ?? null;
  }

  get(itemId: number): QueueItem | null {
    return this.items.find((item) => item.itemId === itemId) ?? null;
  }

  pending(): readonly QueueItem[] {
    return this.items.filter((item) => item.status === 'pending').sort((a, b) => b.priority - a.priority || a.itemId - b.itemId);
  }

  counts(of: readonly QueueItem[] = this.items): Record<ItemStatus | 'total' | 'waiting', number> {
    const count = (status: ItemStatus) => of.filter((item) => item.status === status).length;
    return {
      pending: count('pending'),
      in_progress: count('in_progress'),
      waiting: 0,
      completed: count('completed'),
      failed: count('failed'),
      canceled: count('canceled'),
      total: of.length,
    };
  }

  enqueue(graph: Graph, o: { readonly origin: string | null; readonly destination: string | null; readonly prepend: boolean }): QueueItem {
    const now = this.#world.hostNow();
    const priority = o.prepend ? 1 + Math.max(0, ...this.pending().map((item) => item.priority)) : 0;
    const item: QueueItem = {
      itemId: this.#nextItem++,
      batchId: randomUuid(this.#world.random),
      sessionId: randomUuid(this.#world.random),
      origin: o.origin,
      destination: o.destination,
      priority,
      graph,
      createdMs: now,
      status: 'pending',
      sequence: 0,
      startedMs: null,
      completedMs: null,
      updatedMs: now,
      error: null,
      imageName: null,
      outputNode: null,
    };
    this.items.push(item);
    const ended = this.items.filter((known) => known.status !== 'pending' && known.status !== 'in_progress');
    if (ended.length > KEPT_ITEMS) this.items.splice(this.items.indexOf(ended[0] ?? item), 1);
    this.#world.emit('batch_enqueued', () => ({
      queue_id: 'default',
      batch_id: item.batchId,
      enqueued: 1,
      requested: 1,
      priority,
      origin: o.origin,
      user_id: 'system',
    }));
    this.#tell(item);
    return item;
  }

  /** Cancels what waits or runs; anything else stays as it is. */
  cancel(item: QueueItem): void {
    if (item.status !== 'pending' && item.status !== 'in_progress') return;
    if (this.#run?.item === item) this.#idle();
    this.#end(item, 'canceled');
  }

  /** Takes items away, cancelling the one that runs. */
  remove(items: readonly QueueItem[]): void {
    for (const item of items) {
      this.cancel(item);
      const at = this.items.indexOf(item);
      if (at >= 0) this.items.splice(at, 1);
    }
  }

  /** The service went down: what ran is cancelled without a word, what waited stays, nothing is in memory any more. */
  lost(): void {
    const { current } = this;
    if (current !== null) this.#end(current, 'canceled');
    this.#idle();
    this.#loadedKey = null;
    this.isStarted = true;
  }

  /** Drops the weights, unless they are in use. */
  emptyCache(): void {
    if (this.#run === null) this.#loadedKey = null;
  }

  loadedBytes(): number {
    return (this.#weightsMiB() ?? 0) * 1024 * 1024;
  }

  /** The PNG behind a name; painted when first asked for. Null when there is none. */
  picture(name: string): Buffer | null {
    const known = this.#painted.get(name);
    if (known !== undefined) return known;
    const plan = this.#recipes.get(name);
    if (plan === undefined || plan.kind === 'impossible') return null;
    const png =
      plan.kind === 'picture'
        ? paintPicture(plan.recipe)
        : encodePng(plan.width, plan.height, new Uint8Array(plan.width * plan.height * 3).fill(255));
    this.#painted.set(name, png);
    const [oldest] = this.#painted.keys();
    if (this.#painted.size > KEPT_PICTURES && oldest !== undefined) this.#painted.delete(oldest);
    return png;
  }

  pictureNames(): readonly string[] {
    return [...this.#recipes.keys()];
  }

  sizeOf(name: string): { readonly width: number; readonly height: number } | null {
    const plan = this.#recipes.get(name);
    if (plan === undefined || plan.kind === 'impossible') return null;
    return plan.kind === 'picture' ? plan.recipe : plan;
  }

  removePicture(name: string): boolean {
    this.#painted.delete(name);
    return this.#recipes.delete(name);
  }

  /** Lives through the time up to `nowMs`; returns what the process wants of the card. */
  step(nowMs: number, pid: number): GpuLoad {
    if (this.#run === null && this.isStarted && !this.#world.faults.has('stuck-queue')) this.#begin(nowMs);
    for (let run = this.#run; run !== null; run = this.#run) {
      const moment = run.moments[run.next];
      if (moment === undefined || nowMs < run.startedAtMs + moment.afterMs) break;
      run.next += 1;
      this.#live(run, moment);
    }
    return loadOf({ pid, weightsMiB: this.#weightsMiB() ?? 0, workingMiB: this.#workingMiB, utilizationPercent: this.#utilization });
  }

  #weightsMiB(): number | null {
    return this.#loadedKey === null ? null : (this.#world.shelf.get(this.#loadedKey)?.weightsMiB ?? null);
  }

  #begin(nowMs: number): void {
    const [item] = this.pending();
    if (item === undefined) return;
    const { faults, shelf, random } = this.#world;
    const plan = planOf(item.graph, shelf, faults.has('missing-model'));
    const isLoaded = plan.kind === 'picture' && plan.model.key === this.#loadedKey;
    const moments = momentsOf(plan, {
      session: item.sessionId,
      itemId: item.itemId,
      isLoaded,
      fixedMs: faults.has('pictures-take-1-s') ? FIXED_MS : null,
      isOutOfMemory: faults.has('out-of-memory') || (item.origin === 'somebody' && random() < 0.04),
    });
    if (plan.kind === 'picture') this.#loadedKey = plan.model.key;
    this.#run = { item, plan, moments, startedAtMs: nowMs, next: 0 };
    item.startedMs = this.#world.hostNow();
    item.outputNode = plan.kind === 'impossible' ? null : plan.outputNode;
    this.#set(item, 'in_progress');
  }

  #live(run: Run, moment: Moment): void {
    this.#utilization = moment.utilizationPercent;
    this.#workingMiB = moment.workingMiB;
    for (const line of moment.lines) this.#world.print(line);
    if (moment.step !== null && run.plan.kind === 'picture') this.#tellProgress(run.item, run.plan, moment.step);
    if (moment.outcome === null) return;
    this.#idle();
    if (moment.outcome === 'completed') {
      const name = `${randomUuid(this.#world.random)}.png`;
      this.#recipes.set(name, run.plan);
      const [oldest] = this.#recipes.keys();
      if (this.#recipes.size > KEPT_ITEMS * 4 && oldest !== undefined) this.removePicture(oldest);
      run.item.imageName = name;
      this.#end(run.item, 'completed');
    } else {
      run.item.error = { type: moment.outcome.errorType, message: moment.outcome.message };
      // What was half loaded is let go.
      if (moment.outcome.errorType === 'OutOfMemoryError') this.#loadedKey = null;
      this.#end(run.item, 'failed');
    }
  }

  #idle(): void {
    this.#run = null;
    this.#utilization = 0;
    this.#workingMiB = 0;
  }

  #end(item: QueueItem, status: ItemStatus): void {
    item.completedMs = this.#world.hostNow();
    this.#set(item, status);
  }

  #set(item: QueueItem, status: ItemStatus): void {
    item.status = status;
    this.#tell(item);
  }

  #tell(item: QueueItem): void {
    item.sequence += 1;
    item.updatedMs = this.#world.hostNow();
    this.#world.emit('queue_item_status_changed', () => ({
      ...base(item),
      status: item.status,
      status_sequence: item.sequence,
      error_type: item.error?.type ?? null,
      error_message: item.error?.message ?? null,
      error_traceback: null,
      session_id: item.sessionId,
      queue_status: { queue_id: 'default', item_id: this.current?.itemId ?? null, ...this.counts() },
    }));
  }

  #tellProgress(item: QueueItem, plan: Extract<Plan, { kind: 'picture' }>, step: number): void {
    const { steps } = plan.recipe;
    const hasPreview = step > 0 && (step % PREVIEW_EVERY_STEPS === 0 || step === steps);
    this.#world.emit('invocation_progress', () => ({
      ...base(item),
      session_id: item.sessionId,
      invocation: { id: 'denoise', type: 'denoise_latents' },
      invocation_source_id: 'denoise',
      message: 'Denoising',
      percentage: step / steps,
      image: hasPreview ? previewOf(plan.recipe, step / steps) : null,
      device: 'cuda:0',
    }));
  }
}

function previewOf(recipe: PictureRecipe, progress: number): Readonly<Record<string, unknown>> {
  const { png, width, height } = paintPreview(recipe, progress);
  return { width, height, dataURL: `data:image/png;base64,${png.toString('base64')}` };
}

function base(item: QueueItem): Readonly<Record<string, unknown>> {
  return {
    timestamp: Math.floor(item.updatedMs / 1000),
    queue_id: 'default',
    item_id: item.itemId,
    batch_id: item.batchId,
    origin: item.origin,
    destination: item.destination,
    user_id: 'system',
  };
}
