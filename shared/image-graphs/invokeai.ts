import { isRecord } from '../record.ts';
import { type ImageBase, type ImageGraphRequest, MIN_GUIDANCE } from './rules.ts';

/** What a graph must name of a model; copied from InvokeAI's own list. */
export interface ModelIdentifier {
  readonly key: string;
  readonly hash: string;
  readonly name: string;
  readonly base: ImageBase;
  readonly type: 'main';
}

type Node = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

export interface InvokeAiGraph {
  readonly id: string;
  readonly nodes: Readonly<Record<string, Node>>;
  readonly edges: readonly unknown[];
}

/** The node whose result is the image. */
export const OUTPUT_NODE = 'image';

/**
 * Text to image for InvokeAI 4.2 to 6.14, SD 1.5 or SDXL by the model's base. The same request makes the same image, and is really
 * made again: no node takes its result from InvokeAI's invocation cache, or times and VRAM would be those of the decoder alone. Checked against the published schema of 6.14.
 */
export function invokeaiGraph(request: ImageGraphRequest, model: ModelIdentifier): InvokeAiGraph {
  const isSdxl = model.base === 'sdxl';
  const { width, height } = request;
  const conditioning = (id: string, text: string): Node =>
    isSdxl
      ? {
          id,
          type: 'sdxl_compel_prompt',
          prompt: text,
          style: text,
          original_width: width,
          original_height: height,
          target_width: width,
          target_height: height,
        }
      : { id, type: 'compel', prompt: text };
  const nodes: readonly Node[] = [
    { id: 'model', type: isSdxl ? 'sdxl_model_loader' : 'main_model_loader', model },
    conditioning('positive', request.prompt),
    conditioning('negative', request.negativePrompt),
    { id: 'noise', type: 'noise', seed: request.seed, width, height, use_cpu: true },
    {
      id: 'denoise',
      type: 'denoise_latents',
      steps: request.steps,
      cfg_scale: Math.max(MIN_GUIDANCE, request.guidance),
      scheduler: request.scheduler,
      denoising_start: 0,
      denoising_end: 1,
    },
    // Decoded in full precision: SDXL's own decoder makes black images in half.
    { id: OUTPUT_NODE, type: 'l2i', fp32: isSdxl, is_intermediate: false },
  ];
  const clips = isSdxl ? ['clip', 'clip2'] : ['clip'];
  const edges = [
    edge('model.unet', 'denoise.unet'),
    ...clips.flatMap((clip) => [edge(`model.${clip}`, `positive.${clip}`), edge(`model.${clip}`, `negative.${clip}`)]),
    edge('model.vae', `${OUTPUT_NODE}.vae`),
    edge('positive.conditioning', 'denoise.positive_conditioning'),
    edge('negative.conditioning', 'denoise.negative_conditioning'),
    edge('noise.noise', 'denoise.noise'),
    edge('denoise.latents', `${OUTPUT_NODE}.latents`),
  ];
  return { id: 'picture', nodes: Object.fromEntries(nodes.map((node) => [node.id, { ...node, use_cache: false }])), edges };
}

function edge(from: string, to: string): unknown {
  const end = (word: string) => {
    const [nodeId = '', field = ''] = word.split('.');
    return { node_id: nodeId, field };
  };
  return { source: end(from), destination: end(to) };
}

/**
 * The body for `enqueue_batch`: one image. `destination` is how it is found again in the queue; `batchId` is how it is cancelled
 * when the answer, and with it the item's number, was lost.
 */
export function enqueueBody(
  graph: InvokeAiGraph,
  o: { readonly origin: string; readonly destination: string; readonly batchId?: string },
): unknown {
  const batchId = o.batchId === undefined ? {} : { batch_id: o.batchId };
  return { prepend: false, batch: { ...batchId, graph, origin: o.origin, destination: o.destination, runs: 1 } };
}

/** The name of the image a finished queue item made; null when it made none. Results are keyed by execution, not by node. */
export function imageNameOf(item: unknown): string | null {
  const session = isRecord(item) ? item['session'] : null;
  if (!isRecord(session)) return null;
  const mapping = session['source_prepared_mapping'];
  const results = session['results'];
  const executions = isRecord(mapping) ? mapping[OUTPUT_NODE] : null;
  const execution: unknown = Array.isArray(executions) ? executions[0] : null;
  const result = isRecord(results) && typeof execution === 'string' ? results[execution] : null;
  return nameIn(result);
}

/** The name of the image in InvokeAI's event `invocation_complete`; null for another node. */
export function imageNameOfEvent(data: unknown): string | null {
  return isRecord(data) && data['invocation_source_id'] === OUTPUT_NODE ? nameIn(data['result']) : null;
}

function nameIn(result: unknown): string | null {
  const image = isRecord(result) ? result['image'] : null;
  const name = isRecord(image) ? image['image_name'] : null;
  return typeof name === 'string' && name !== '' ? name : null;
}
