import { type Fields, isRecord } from '../../../../shared/record.ts';
import { numberOf, textOf } from '../../backends/values.ts';
import { type FoundParameters, modelNameOf, samplerOf } from './found.ts';
import { parsePythonJson } from './json.ts';
import { graphOfWorkflow } from './workflow.ts';

interface Node {
  readonly id: string;
  readonly type: string;
  readonly inputs: Fields;
}

/** A graph may contain a cycle or be very deep: no path is followed further. */
const MAX_STEPS = 200;
const TEXT_INPUTS = [
  'text',
  'text_g',
  't5xxl',
  'clip_l',
  'text_l',
  'prompt',
  'positive',
  'string',
  'value',
  'populated_text',
  'wildcard_text',
];
const CONDITIONING_INPUTS = ['conditioning', 'conditioning_1', 'conditioning_to', ...TEXT_INPUTS];
const NUMBER_INPUTS = ['value', 'seed', 'noise_seed', 'int', 'number', 'INT', 'width', 'height'];
const BEYOND: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/lora/i, 'LoRA'],
  [/controlnet/i, 'ControlNet'],
  [/ipadapter/i, 'IP adapter'],
  [/^VAELoader/, 'VAE'],
  [/upscale/i, 'Upscaling'],
  [/^LoadImage/, 'Input image'],
  [/^Conditioning(Combine|Concat|Average)/, 'Combined prompts: only the first was read'],
];

/**
 * Reads `prompt`, ComfyUI's graph as its API takes it, or `workflow`, the same as its window saves it. Null when it is neither or
 * nothing in it samples.
 */
export function readComfyUi(text: string): FoundParameters | null {
  const document = parsePythonJson(text);
  const root: unknown = graphOfWorkflow(document) ?? document;
  if (!isRecord(root)) return null;
  const nodes = new Map<string, Node>();
  for (const [id, node] of Object.entries(root)) {
    if (!isRecord(node) || typeof node['class_type'] !== 'string') continue;
    nodes.set(id, { id, type: node['class_type'], inputs: isRecord(node['inputs']) ? node['inputs'] : {} });
  }
  const graph = createGraph(nodes);
  const sampler = graph.sampler();
  if (sampler === null) return null;
  const guider = graph.linked(sampler, 'guider');
  const conditioned = guider ?? sampler;
  const positive = conditioned.inputs['positive'] ?? conditioned.inputs['conditioning'];
  const noise = graph.linked(sampler, 'noise') ?? sampler;
  const sigmas = graph.linked(sampler, 'sigmas') ?? sampler;
  const select = graph.linked(sampler, 'sampler') ?? sampler;
  const latent = graph.upstream(
    sampler,
    ['latent_image', 'samples', 'latent', 'pixels'],
    (node) => 'width' in node.inputs && 'height' in node.inputs,
  );
  const loader = graph.upstream(
    sigmas.inputs['model'] === undefined ? conditioned : sigmas,
    ['model'],
    (node) => fileOf(node, MODEL_FILES) !== null,
  );
  const name = textOf(select.inputs['sampler_name']);
  const scheduler = textOf(sigmas.inputs['scheduler']);
  const denoise = graph.number(sigmas, 'denoise');
  // Flux has its guidance in the conditioning.
  const fluxGuidance = graph.upstream(conditioned, ['positive', 'conditioning'], (node) => 'guidance' in node.inputs);
  const cfg = graph.number(conditioned, 'cfg') ?? graph.number(sampler, 'cfg');
  const guidance = fluxGuidance === null ? cfg : (graph.number(fluxGuidance, 'guidance') ?? cfg);
  return {
    source: 'ComfyUI',
    prompt: graph.text(positive, 'positive') ?? undefined,
    negativePrompt: graph.text(conditioned.inputs['negative'], 'negative') ?? undefined,
    width: latent === null ? undefined : graph.number(latent, 'width'),
    height: latent === null ? undefined : graph.number(latent, 'height'),
    steps: graph.number(sigmas, 'steps'),
    guidance,
    seed: graph.number(noise, 'seed') ?? graph.number(noise, 'noise_seed'),
    model: loader === null ? undefined : modelNameOf(fileOf(loader, MODEL_FILES) ?? ''),
    sampler: name === null ? undefined : samplerOf(name, scheduler ?? ''),
    notUsed: [
      ...(denoise === undefined || denoise === 1 ? [] : [`Denoise: ${denoise}`]),
      ...BEYOND.flatMap(([pattern, words]) => {
        const found = [...nodes.values()].filter((node) => pattern.test(node.type));
        return found.length === 0 ? [] : [`${words}: ${found.map((node) => fileOf(node, OTHER_FILES) ?? node.type).join(', ')}`];
      }),
      ...(graph.samplerCount() > 1 ? [`${graph.samplerCount()} samplers: only the last was read`] : []),
    ],
  };
}

const MODEL_FILES = ['ckpt_name', 'unet_name', 'model_name'];
const OTHER_FILES = ['lora_name', 'control_net_name', 'vae_name', 'image', ...MODEL_FILES];

function fileOf(node: Node, inputs: readonly string[]): string | null {
  for (const key of inputs) {
    const file = textOf(node.inputs[key]);
    if (file !== null) return file;
  }
  return null;
}

const isSampler = ({ type, inputs }: Node): boolean =>
  /sampler/i.test(type) && ('positive' in inputs || 'guider' in inputs || 'conditioning' in inputs) && !/select/i.test(type);

interface Graph {
  samplerCount(): number;
  /** The sampler nearest to an image that is saved or shown; without one, any. */
  sampler(): Node | null;
  linked(node: Node, input: string): Node | null;
  /** The nearest node against the stream that fits, through these inputs, or through all (null). */
  upstream(from: Node, inputs: readonly string[] | null, fits: (node: Node) => boolean): Node | null;
  /** A number, given directly or by a node that holds one. */
  number(node: Node, input: string): number | undefined;
  /** The text behind a conditioning: through nodes that combine or change it, to the node that encodes a text. */
  text(start: unknown, side: 'positive' | 'negative'): string | null;
}

function createGraph(nodes: ReadonlyMap<string, Node>): Graph {
  /** The node behind a link such as `["6", 0]`; null for a value. */
  const behind = (input: unknown): { readonly node: Node; readonly slot: number } | null => {
    if (!Array.isArray(input) || input.length !== 2) return null;
    const [id, slot]: readonly unknown[] = input;
    const node = nodes.get(String(id));
    return node === undefined ? null : { node, slot: typeof slot === 'number' ? slot : 0 };
  };
  const upstream: Graph['upstream'] = (from, inputs, fits) => {
    const seen = new Set([from.id]);
    const queue = [from];
    for (let at = 0; at < queue.length && at < MAX_STEPS; at += 1) {
      const node = queue[at];
      if (node === undefined) break;
      if (at > 0 && fits(node)) return node;
      for (const [name, input] of Object.entries(node.inputs)) {
        const linked = inputs === null || inputs.includes(name) ? behind(input)?.node : undefined;
        if (linked === undefined || seen.has(linked.id)) continue;
        seen.add(linked.id);
        queue.push(linked);
      }
    }
    return null;
  };
  return {
    samplerCount: () => [...nodes.values()].filter(isSampler).length,
    sampler: () => {
      const all = [...nodes.values()];
      for (const output of all.filter(({ type }) => /save.*image|image.*save|previewimage/i.test(type))) {
        const found = upstream(output, null, isSampler);
        if (found !== null) return found;
      }
      return all.find(isSampler) ?? null;
    },
    linked: (node, input) => behind(node.inputs[input])?.node ?? null,
    upstream,
    number: (node, input) => {
      let value = node.inputs[input];
      for (let step = 0; step < MAX_STEPS; step += 1) {
        const direct = numberOf(value);
        if (direct !== null) return direct;
        const linked = behind(value)?.node;
        // A node with several numbers names them like the inputs that use them (width and height).
        const key = linked === undefined ? undefined : [input, ...NUMBER_INPUTS].find((name) => name in linked.inputs);
        if (linked === undefined || key === undefined) return undefined;
        value = linked.inputs[key];
      }
      return undefined;
    },
    text: (start, side) => {
      let steps = 0;
      const read = (value: unknown): string | null => {
        if (typeof value === 'string') return value;
        const link = behind(value);
        steps += 1;
        if (link === null || steps > MAX_STEPS) return null;
        const { type, inputs } = link.node;
        // What it takes in is multiplied by zero: the text behind it has no effect.
        if (/zero_?out/i.test(type)) return '';
        if ('string_a' in inputs && 'string_b' in inputs) return joined(inputs, read);
        const names = 'positive' in inputs && 'negative' in inputs ? [sideOf(inputs, link.slot, side)] : CONDITIONING_INPUTS;
        const key = names.find((name) => (typeof inputs[name] === 'string' && inputs[name] !== '') || Array.isArray(inputs[name]));
        if (key === undefined) return names.some((name) => inputs[name] === '') ? '' : null;
        return read(inputs[key]);
      };
      return read(start);
    },
  };
}

/** Which input of a node with both is meant: conditionings go through in order (ControlNetApplyAdvanced), loaders encode their texts. */
function sideOf(inputs: Fields, slot: number, side: 'positive' | 'negative'): 'positive' | 'negative' {
  if (!Array.isArray(inputs['positive']) || !Array.isArray(inputs['negative'])) return side;
  return slot === 1 || (slot !== 0 && side === 'negative') ? 'negative' : 'positive';
}

/** The text of StringConcatenate; null when a part cannot be read. */
function joined(inputs: Fields, read: (value: unknown) => string | null): string | null {
  const [first, second, delimiter] = [read(inputs['string_a']), read(inputs['string_b']), read(inputs['delimiter'] ?? '')];
  return first === null || second === null || delimiter === null ? null : first + delimiter + second;
}
