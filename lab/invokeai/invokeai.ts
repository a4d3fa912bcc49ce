import type { LabFault } from '../faults.ts';
import type { GpuLoad } from '../gpu.ts';
import { between, type Random } from '../random.ts';
import { invokeLine } from '../unit-definitions.ts';
import { Installs } from './installs.ts';
import type { Graph } from './plan.ts';
import { JobQueue } from './queue.ts';
import { type LabModel, Shelf } from './shelf.ts';

const DISK_BYTES = 1832 * 1024 ** 3;
/** Everything on the disk that is no model. */
const OTHER_BYTES = 1096 * 1024 ** 3;
const SCARCE_BYTES = 400_000_000;
const RESERVED_BYTES = 93 * 1024 ** 3;

const PROMPTS = [
  'a lighthouse on a rock, evening',
  'an old bicycle in the snow',
  'a fox in tall grass',
  'a harbour in the fog',
  'a teapot, studio light',
];

/** The payload is made when it is called: previews take their time. */
export type InvokeAiListener = (event: string, payload: () => Readonly<Record<string, unknown>>) => void;

/** The simulated InvokeAI behind its unit: models, queue, installs, and somebody who makes pictures now and then. */
export class InvokeAi {
  readonly shelf = new Shelf();
  readonly queue: JobQueue;
  readonly installs: Installs;
  /** A Hugging Face token somebody logged in with. */
  login: string | null = null;
  readonly faults: ReadonlySet<LabFault>;
  readonly #random: Random;
  readonly #otherBytes: () => number;
  readonly #listeners = new Set<InvokeAiListener>();
  #fullAtBytes: number | null = null;
  #nextVisitAtMs = 0;
  #wasBusy = false;

  constructor(o: {
    readonly random: Random;
    readonly faults: ReadonlySet<LabFault>;
    readonly hostNow: () => number;
    readonly print: (line: string) => void;
    /** What lies on the disk besides, bytes. */
    readonly otherBytes: () => number;
  }) {
    this.#random = o.random;
    this.faults = o.faults;
    this.#otherBytes = o.otherBytes;
    const emit: InvokeAiListener = (event, payload) => {
      for (const listener of this.#listeners) listener(event, payload);
    };
    const { shelf } = this;
    this.queue = new JobQueue({ random: o.random, faults: o.faults, shelf, hostNow: o.hostNow, print: o.print, emit });
    this.installs = new Installs({
      random: o.random,
      faults: o.faults,
      shelf,
      freeBytes: () => this.disk().freeBytes,
      print: (text, level = 'INFO') => o.print(invokeLine(level, text, 'ModelInstallService')),
      emit,
    });
  }

  onEvent(listener: InvokeAiListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The disk with models_dir on it. */
  disk(): { readonly sizeBytes: number; readonly usedBytes: number; readonly freeBytes: number } {
    const models = this.shelf.bytes() + this.installs.bytes() + this.#otherBytes();
    // A disk that is full has a little room left, which goes too.
    this.#fullAtBytes = this.faults.has('disk-full') ? (this.#fullAtBytes ?? models) : null;
    const free =
      this.#fullAtBytes === null
        ? DISK_BYTES - RESERVED_BYTES - OTHER_BYTES - models
        : Math.max(0, SCARCE_BYTES - (models - this.#fullAtBytes));
    return { sizeBytes: DISK_BYTES, usedBytes: DISK_BYTES - RESERVED_BYTES - free, freeBytes: free };
  }

  /** The process ended. */
  lost(): void {
    this.queue.lost();
    this.installs.lost();
    this.#nextVisitAtMs = 0;
  }

  /** Has the next picture begin soon. */
  wake(nowMs: number): void {
    if (!this.queue.isProcessing) this.#nextVisitAtMs = nowMs + 4000;
  }

  /** Lives through the time up to `nowMs`. */
  step(nowMs: number, elapsedMs: number, pid: number): GpuLoad {
    if (this.#nextVisitAtMs === 0) this.#nextVisitAtMs = nowMs + between(this.#random, 2000, 6000);
    const isIdle = !this.queue.isProcessing && this.queue.pending().length === 0;
    if (isIdle && this.#wasBusy) this.#nextVisitAtMs = nowMs + this.#pauseMs();
    else if (isIdle && nowMs >= this.#nextVisitAtMs && !this.faults.has('nobody-else')) this.#visit();
    this.#wasBusy = !isIdle;
    this.installs.step(elapsedMs);
    return this.queue.step(nowMs, pid);
  }

  /** About every 40 s while somebody is at it, with breaks. */
  #pauseMs(): number {
    return this.#random() < 0.06 ? between(this.#random, 90_000, 240_000) : between(this.#random, 14_000, 30_000);
  }

  #visit(): void {
    const mains = this.shelf.all().filter((model) => model.type === 'main' && !this.shelf.isLost(model.key));
    const usual = mains.find((model) => model.base === 'sdxl');
    const flux = mains.find((model) => model.base === 'flux');
    const model = this.#random() < 0.85 ? (usual ?? flux) : (flux ?? usual);
    if (model === undefined) return;
    const prompt = PROMPTS[Math.floor(this.#random() * PROMPTS.length)] ?? '';
    const graph = somebodysGraph(model, prompt, Math.floor(this.#random() * 4_294_967_295));
    this.queue.enqueue(graph, { origin: 'somebody', destination: 'gallery', prepend: false });
  }
}

/** As InvokeAI's own user interface would ask. */
function somebodysGraph({ key, hash, name, base }: LabModel, prompt: string, seed: number): Graph {
  const isFlux = base === 'flux';
  return {
    nodes: {
      model: { id: 'model', type: isFlux ? 'flux_model_loader' : 'sdxl_model_loader', model: { key, hash, name, base, type: 'main' } },
      positive: { id: 'positive', type: isFlux ? 'flux_text_encoder' : 'sdxl_compel_prompt', prompt },
      noise: { id: 'noise', type: 'noise', seed, width: 1024, height: 1024 },
      denoise: { id: 'denoise', type: 'denoise_latents', steps: isFlux ? 28 : 30, cfg_scale: 6 },
      image: { id: 'image', type: 'l2i' },
    },
  };
}
