import { isRecord } from '../../../../shared/record.ts';
import { listOf, numberOf, textOf } from '../../backends/values.ts';

/** A graph of ComfyUI as its API takes it: inputs by name. */
export type ApiGraph = Record<string, { readonly class_type: string; readonly inputs: Record<string, unknown> }>;

/** More nodes than anyone wires by hand. */
const MAX_NODES = 2_000;
/** Reroutes and bypassed nodes in a row. */
const MAX_PASSED = 50;
/** Values of a node's `mode`. */
const MUTED = 2;
const BYPASSED = 4;
/** What the window adds behind a seed: fixed, increment, randomize. It is no input. */
const AFTER_SEED = '(after)';

/** Inputs of ComfyUI's own nodes in the order of their widgets: a saved workflow has the values without the names. */
const WIDGETS: Readonly<Record<string, readonly string[]>> = {
  KSampler: ['seed', AFTER_SEED, 'steps', 'cfg', 'sampler_name', 'scheduler', 'denoise'],
  KSamplerAdvanced: ['add_noise', 'noise_seed', AFTER_SEED, 'steps', 'cfg', 'sampler_name', 'scheduler', 'start_at_step', 'end_at_step'],
  KSamplerSelect: ['sampler_name'],
  BasicScheduler: ['scheduler', 'steps', 'denoise'],
  RandomNoise: ['noise_seed', AFTER_SEED],
  FluxGuidance: ['guidance'],
  CFGGuider: ['cfg'],
  CLIPTextEncode: ['text'],
  CLIPTextEncodeFlux: ['clip_l', 't5xxl', 'guidance'],
  CLIPTextEncodeSDXL: ['width', 'height', 'crop_w', 'crop_h', 'target_width', 'target_height', 'text_g', 'text_l'],
  EmptyLatentImage: ['width', 'height', 'batch_size'],
  EmptySD3LatentImage: ['width', 'height', 'batch_size'],
  CheckpointLoaderSimple: ['ckpt_name'],
  UNETLoader: ['unet_name', 'weight_dtype'],
  VAELoader: ['vae_name'],
  LoraLoader: ['lora_name', 'strength_model', 'strength_clip'],
  LoraLoaderModelOnly: ['lora_name', 'strength_model'],
  ControlNetLoader: ['control_net_name'],
  LoadImage: ['image'],
  PrimitiveNode: ['value', AFTER_SEED],
};

/** A workflow as ComfyUI's window saves it, as a graph. Nodes of extensions keep their links, and their values are unknown. Null for any other document. */
export function graphOfWorkflow(root: unknown): ApiGraph | null {
  if (!isRecord(root) || !Array.isArray(root['nodes']) || !Array.isArray(root['links'])) return null;
  const sources = new Map<number, readonly [node: string, slot: number]>();
  for (const link of root['links']) {
    // [id, node from, slot from, node to, slot to, type]; newer ones are records.
    const [id, from, slot] = Array.isArray(link) ? link : isRecord(link) ? [link['id'], link['origin_id'], link['origin_slot']] : [];
    const linkId = numberOf(id);
    if (linkId !== null) sources.set(linkId, [String(from), numberOf(slot) ?? 0]);
  }
  const passing = new Map<string, readonly [node: string, slot: number]>();
  const nodes = listOf(root['nodes']).slice(0, MAX_NODES);
  for (const node of nodes) {
    if (textOf(node['type']) !== 'Reroute' && node['mode'] !== BYPASSED) continue;
    // What leaves such a node is what enters it; of several inputs the one of the same kind.
    const [output] = listOf(node['outputs']);
    const linked = listOf(node['inputs']).filter((input) => sources.has(numberOf(input['link']) ?? Number.NaN));
    const through = linked.find((input) => output !== undefined && input['type'] === output['type']) ?? linked[0];
    const source = sources.get(numberOf(through?.['link']) ?? Number.NaN);
    if (source !== undefined) passing.set(String(node['id']), source);
  }
  const sourceOf = (link: unknown): readonly [node: string, slot: number] | undefined => {
    let source = sources.get(numberOf(link) ?? Number.NaN);
    for (let step = 0; step < MAX_PASSED && source !== undefined; step += 1) {
      const before = passing.get(source[0]);
      if (before === undefined) return source;
      source = before;
    }
    return undefined;
  };
  const graph: ApiGraph = {};
  for (const node of nodes) {
    const type = textOf(node['type']);
    if (type === null || node['mode'] === MUTED || passing.has(String(node['id']))) continue;
    const inputs: Record<string, unknown> = {};
    const values: readonly unknown[] = Array.isArray(node['widgets_values']) ? node['widgets_values'] : [];
    const names = Object.hasOwn(WIDGETS, type) ? (WIDGETS[type] ?? []) : [];
    for (const [at, name] of names.entries()) if (name !== AFTER_SEED && at < values.length) inputs[name] = values[at];
    for (const input of listOf(node['inputs'])) {
      const name = textOf(input['name']);
      const source = sourceOf(input['link']);
      if (name !== null && source !== undefined) inputs[name] = [...source];
    }
    graph[String(node['id'])] = { class_type: type, inputs };
  }
  return graph;
}
