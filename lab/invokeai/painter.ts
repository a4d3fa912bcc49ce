import { between, type Random } from '../base/random.ts';
import { invokeLine } from '../systemd/unit-definitions.ts';
import type { InvokeAiContext } from './context.ts';
import type { Graph } from './graph.ts';
import type { InstalledModels, LabModel } from './installed-models.ts';
import type { SessionProcessor } from './processor.ts';
import type { SessionQueue } from './queue.ts';

const PROMPTS = [
  'a lighthouse on a rock, evening',
  'an old bicycle in the snow',
  'a fox in tall grass',
  'a harbour in the fog',
  'a teapot, studio light',
];

/** So many of the images run out of memory. */
const FAIL_SHARE = 0.04;

/** What a visitor of InvokeAI has before him. */
interface Visited {
  readonly installed: InstalledModels;
  readonly queue: SessionQueue;
  readonly processor: SessionProcessor;
  readonly context: InvokeAiContext;
}

/** A user of InvokeAI's web page: requests an image about every 40 s while active, with breaks. */
export class Painter {
  readonly #random: Random;
  readonly #failShare: number;
  #nextAtMs = 0;
  #wasBusy = false;

  constructor(random: Random, failShare = FAIL_SHARE) {
    this.#random = random;
    this.#failShare = failShare;
  }

  /** Has the next image begin soon. */
  wake(nowMs: number): void {
    if (!this.#wasBusy) this.#nextAtMs = nowMs + 4000;
  }

  lost(): void {
    this.#nextAtMs = 0;
    this.#wasBusy = false;
  }

  step(invokeai: Visited, nowMs: number): void {
    if (this.#nextAtMs === 0) this.#nextAtMs = nowMs + between(this.#random, 2000, 6000);
    const isBusy = invokeai.queue.current !== null || invokeai.queue.next() !== null;
    if (!isBusy && this.#wasBusy) this.#nextAtMs = nowMs + this.#pauseMs();
    this.#wasBusy = isBusy;
    if (isBusy || nowMs < this.#nextAtMs || invokeai.context.faults.has('nobody-else')) return;
    this.#ask(invokeai);
  }

  #pauseMs(): number {
    return this.#random() < 0.06 ? between(this.#random, 90_000, 240_000) : between(this.#random, 14_000, 30_000);
  }

  #ask({ installed, queue, processor, context }: Visited): void {
    const mains = installed.all().filter((model) => model.type === 'main' && !installed.isMissing(model.key));
    const usual = mains.find((model) => model.base === 'sdxl');
    const flux = mains.find((model) => model.base === 'flux');
    const model = this.#random() < 0.85 ? (usual ?? flux) : (flux ?? usual);
    if (model === undefined) return;
    const prompt = PROMPTS[Math.floor(this.#random() * PROMPTS.length)] ?? '';
    const graph = graphFor(model, { prompt, seed: Math.floor(this.#random() * 4_294_967_296) });
    if (this.#random() < this.#failShare) processor.failNext();
    queue.enqueue({ graph, runs: 1, origin: 'canvas', destination: 'gallery' }, false);
    context.print(invokeLine('INFO', '127.0.0.1:51412 - "POST /api/v1/queue/default/enqueue_batch HTTP/1.1" 201', 'uvicorn.access'));
  }
}

/** A text-to-image graph as InvokeAI's own interface would build it. */
export function graphFor(model: LabModel, wish: { readonly prompt: string; readonly seed: number }): Graph {
  const { key, hash, name, base } = model;
  const identifier = { key, hash, name, base, type: 'main' };
  if (base === 'flux') return fluxGraph(identifier, wish);
  const isXl = base === 'sdxl';
  const side = isXl ? 1024 : 512;
  const sizes = { original_width: side, original_height: side, target_width: side, target_height: side };
  const prompt = (id: string, text: string) =>
    isXl ? { id, type: 'sdxl_compel_prompt', prompt: text, style: text, ...sizes } : { id, type: 'compel', prompt: text };
  return {
    id: 'text_to_image',
    nodes: {
      model: { id: 'model', type: isXl ? 'sdxl_model_loader' : 'main_model_loader', model: identifier },
      positive: prompt('positive', wish.prompt),
      negative: prompt('negative', ''),
      noise: { id: 'noise', type: 'noise', seed: wish.seed, width: side, height: side, use_cpu: true },
      denoise: { id: 'denoise', type: 'denoise_latents', steps: isXl ? 30 : 20, cfg_scale: isXl ? 6 : 7, scheduler: 'dpmpp_2m_sde_k' },
      image: { id: 'image', type: 'l2i', is_intermediate: false, use_cache: false },
    },
    edges: [
      edge('model', 'unet', 'denoise'),
      edge('model', 'clip', 'positive'),
      edge('model', 'clip', 'negative'),
      ...(isXl ? [edge('model', 'clip2', 'positive'), edge('model', 'clip2', 'negative')] : []),
      edge('model', 'vae', 'image'),
      edge('positive', 'conditioning', 'denoise', 'positive_conditioning'),
      edge('negative', 'conditioning', 'denoise', 'negative_conditioning'),
      edge('noise', 'noise', 'denoise'),
      edge('denoise', 'latents', 'image'),
    ],
  };
}

function fluxGraph(model: Readonly<Record<string, unknown>>, wish: { readonly prompt: string; readonly seed: number }): Graph {
  return {
    id: 'text_to_image',
    nodes: {
      model: { id: 'model', type: 'flux_model_loader', model },
      positive: { id: 'positive', type: 'flux_text_encoder', prompt: wish.prompt },
      denoise: { id: 'denoise', type: 'flux_denoise', num_steps: 28, width: 1024, height: 1024, seed: wish.seed },
      image: { id: 'image', type: 'flux_vae_decode', is_intermediate: false, use_cache: false },
    },
    edges: [
      edge('model', 'transformer', 'denoise'),
      edge('model', 'vae', 'image'),
      edge('positive', 'conditioning', 'denoise', 'positive_text_conditioning'),
      edge('denoise', 'latents', 'image'),
    ],
  };
}

function edge(from: string, field: string, to: string, into = field): Graph['edges'][number] {
  return { source: { node_id: from, field }, destination: { node_id: to, field: into } };
}
