import type { ImageRecipe } from '../base/test-images.ts';
import type { Graph, GraphNode } from './graph.ts';

/** Why a session cannot run, as the class and the words of InvokeAI's exception. */
export class RunFault extends Error {
  readonly type: string;
  readonly node: GraphNode;
  constructor(type: string, node: GraphNode, message: string) {
    super(message);
    this.type = type;
    this.node = node;
  }
}

/** What a session will make: an image of a model, or a blank one. */
export interface Plan {
  readonly output: GraphNode;
  readonly recipe: ImageRecipe;
  /** Null: no model is needed. */
  readonly modelKey: string | null;
  readonly isIntermediate: boolean;
  /** Nodes in the order they run; the output comes last. */
  readonly order: readonly GraphNode[];
}

/** Reads from a graph what it would make. Throws RunFault for what InvokeAI finds out only while running. */
export function planOf(graph: Graph): Plan {
  const nodes = Object.values(graph.nodes);
  const output =
    nodes.find((node) => node.type === 'l2i' || node.type === 'flux_vae_decode') ?? nodes.find((node) => node.type === 'blank_image');
  const first = nodes[0];
  if (output === undefined) throw new RunFault('ValueError', first ?? { id: '', type: '' }, 'The graph makes no image');
  const isIntermediate = output['is_intermediate'] === true;
  if (output.type === 'blank_image') {
    const recipe = {
      prompt: '',
      negativePrompt: '',
      seed: 0,
      steps: 0,
      model: '',
      width: sizeOf(output, 'width'),
      height: sizeOf(output, 'height'),
    };
    return { output, recipe, modelKey: null, isIntermediate, order: nodes };
  }
  for (const node of nodes) {
    if (node.type !== 'rand_int') continue;
    const [low, high] = [Number(node['low'] ?? 0), Number(node['high'] ?? 2147483647)];
    if (low >= high) throw new RunFault('ValueError', node, 'low >= high');
  }
  const denoise = needed(graph, output, 'latents');
  const loader = loaderOf(graph, denoise);
  needed(graph, output, 'vae');
  // FLUX makes its noise while it denoises, and knows no negative prompt.
  const isFlux = output.type === 'flux_vae_decode';
  const noise = isFlux ? denoise : needed(graph, denoise, 'noise');
  const positive = needed(graph, denoise, isFlux ? 'positive_text_conditioning' : 'positive_conditioning');
  const negative = isFlux ? null : needed(graph, denoise, 'negative_conditioning');
  const model = loader['model'];
  const key = typeof model === 'object' && model !== null && 'key' in model ? String(model.key) : '';
  const name = typeof model === 'object' && model !== null && 'name' in model ? String(model.name) : '';
  const recipe = {
    prompt: String(fieldOf(graph, positive, 'prompt') ?? ''),
    negativePrompt: negative === null ? '' : String(fieldOf(graph, negative, 'prompt') ?? ''),
    seed: Number(fieldOf(graph, noise, 'seed') ?? 0),
    steps: Number(fieldOf(graph, denoise, isFlux ? 'num_steps' : 'steps') ?? 10),
    model: name,
    width: Number(fieldOf(graph, noise, 'width') ?? 512),
    height: Number(fieldOf(graph, noise, 'height') ?? 512),
  };
  const last = (node: GraphNode): number => (node === output ? 2 : node === denoise ? 1 : 0);
  return { output, recipe, modelKey: key, isIntermediate, order: [...nodes].sort((left, right) => last(left) - last(right)) };
}

function sizeOf(node: GraphNode, field: string): number {
  const value = node[field];
  return typeof value === 'number' ? value : 512;
}

function sourceOf(graph: Graph, node: GraphNode, field: string): GraphNode | null {
  const edge = graph.edges.find(({ destination }) => destination.node_id === node.id && destination.field === field);
  return edge === undefined ? null : (graph.nodes[edge.source.node_id] ?? null);
}

function needed(graph: Graph, node: GraphNode, field: string): GraphNode {
  const source = sourceOf(graph, node, field);
  if (source === null)
    throw new RunFault('RequiredConnectionException', node, `Node ${node.id} of type ${node.type} missing connections for field ${field}`);
  return source;
}

/** Follows `unet` upwards, past LoRAs, to where the model is loaded. */
function loaderOf(graph: Graph, node: GraphNode): GraphNode {
  const field = node.type === 'flux_denoise' ? 'transformer' : 'unet';
  let at = needed(graph, node, field);
  for (let hops = 0; hops < 50 && at['model'] === undefined; hops += 1) at = needed(graph, at, field);
  return at;
}

/** A field's value: from an edge, else from the node. */
function fieldOf(graph: Graph, node: GraphNode, field: string): unknown {
  const source = sourceOf(graph, node, field);
  if (source === null) return node[field];
  if (source.type === 'rand_int') return Number(source['low'] ?? 0);
  return source['value'] ?? node[field];
}
