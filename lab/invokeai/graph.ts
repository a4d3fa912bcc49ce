import { z } from 'zod';
import { SCHEDULERS } from '../../shared/image-graphs/rules.ts';

const Node = z.looseObject({ id: z.string(), type: z.string() });
const End = z.object({ node_id: z.string(), field: z.string() });
const Value = z.union([z.string(), z.number()]);

export const Graph = z.object({
  id: z.string().optional(),
  nodes: z.record(z.string(), Node),
  edges: z.array(z.object({ source: End, destination: End })).default([]),
});
export type Graph = z.infer<typeof Graph>;
export type GraphNode = z.infer<typeof Node>;

export const Batch = z.object({
  batch_id: z.string().optional(),
  origin: z.string().nullish(),
  destination: z.string().nullish(),
  data: z.array(z.array(z.object({ node_path: z.string(), field_name: z.string(), items: z.array(Value) }))).nullish(),
  graph: Graph,
  runs: z.number().int().min(1),
});
export type Batch = z.infer<typeof Batch>;

export const EnqueueBody = z.object({ batch: Batch, prepend: z.boolean().default(false) });

export interface FieldValue {
  readonly node_path: string;
  readonly field_name: string;
  readonly value: string | number;
}

/** One entry of FastAPI's `detail` list. */
export interface Complaint {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input?: unknown;
}

/** Node types the lab can run, with what each makes. */
const NODE_TYPES: ReadonlySet<string> = new Set([
  'main_model_loader',
  'sdxl_model_loader',
  'vae_loader',
  'lora_loader',
  'sdxl_lora_loader',
  'compel',
  'sdxl_compel_prompt',
  'string',
  'integer',
  'float',
  'rand_int',
  'noise',
  'denoise_latents',
  'l2i',
  'blank_image',
  'core_metadata',
  'save_image',
  'flux_model_loader',
  'flux_text_encoder',
  'flux_denoise',
  'flux_vae_decode',
]);

/** What the schema of the nodes refuses; empty when it takes the graph. */
export function complaintsAbout(graph: Graph): readonly Complaint[] {
  const found: Complaint[] = [];
  for (const [id, node] of Object.entries(graph.nodes)) {
    const at = (field: string) => ['body', 'batch', 'graph', 'nodes', id, node.type, field];
    const say = (type: string, field: string, msg: string) => found.push({ type, loc: at(field), msg, input: node[field] });
    if (!NODE_TYPES.has(node.type)) {
      const loc = ['body', 'batch', 'graph', 'nodes', id];
      found.push({
        type: 'union_tag_invalid',
        loc,
        msg: `Input tag '${node.type}' found using 'type' does not match any of the expected tags`,
      });
    }
    if (node.type === 'noise' || node.type === 'blank_image') {
      for (const field of ['width', 'height']) {
        const value = node[field];
        if (value === undefined) continue;
        if (typeof value !== 'number') say('int_type', field, 'Input should be a valid integer');
        else if (value <= 0) say('greater_than', field, 'Input should be greater than 0');
        else if (node.type === 'noise' && value % 8 !== 0) say('multiple_of', field, 'Input should be a multiple of 8');
      }
      const seed = node['seed'];
      if (typeof seed === 'number' && seed < 0) say('greater_than_equal', 'seed', 'Input should be greater than or equal to 0');
      if (typeof seed === 'number' && seed > 4294967295) say('less_than_equal', 'seed', 'Input should be less than or equal to 4294967295');
    }
    if (node.type === 'denoise_latents') {
      const { steps, cfg_scale: cfgScale, scheduler } = node;
      if (typeof steps === 'number' && steps <= 0) say('greater_than', 'steps', 'Input should be greater than 0');
      if (typeof cfgScale === 'number' && cfgScale < 1)
        say('greater_than_equal', 'cfg_scale', 'Input should be greater than or equal to 1');
      if (scheduler !== undefined && !SCHEDULERS.includes(String(scheduler)))
        say(
          'literal_error',
          'scheduler',
          "Input should be 'ddim', 'ddpm', 'deis', 'deis_k', 'lms', 'lms_k', 'pndm' or another known scheduler",
        );
    }
    if (node.type.endsWith('model_loader') && node['model'] !== undefined) {
      const model = z.record(z.string(), z.unknown()).safeParse(node['model']);
      for (const field of ['key', 'hash', 'name', 'base', 'type'])
        if (!model.success || typeof model.data[field] !== 'string')
          found.push({ type: 'missing', loc: [...at('model'), field], msg: 'Field required', input: node['model'] });
    }
    if (node['board'] !== undefined && node['board'] !== null && typeof node['board'] !== 'object')
      say('model_attributes_type', 'board', 'Input should be a valid dictionary or object to extract fields from');
  }
  return found;
}

/** What of the graph's shape is refused only when it is built, in words; null when nothing. */
export function edgeFault(graph: Graph): string | null {
  for (const { source, destination } of graph.edges)
    for (const end of [source, destination])
      if (graph.nodes[end.node_id] === undefined) return `Edge refers to a node that is not there: ${end.node_id}`;
  return null;
}

/** The graph of each session: runs times every combination of the values given. */
export function expand(batch: Batch): readonly { readonly graph: Graph; readonly fieldValues: readonly FieldValue[] | null }[] {
  let rows: readonly (readonly FieldValue[])[] = [[]];
  for (const group of batch.data ?? []) {
    const length = Math.min(...group.map((datum) => datum.items.length));
    const zipped = Array.from({ length }, (_, index) =>
      group.map((datum) => ({ node_path: datum.node_path, field_name: datum.field_name, value: datum.items[index] ?? '' })),
    );
    rows = rows.flatMap((row) => zipped.map((more) => [...row, ...more]));
  }
  return rows.flatMap((fieldValues) => {
    const graph = structuredClone(batch.graph);
    for (const { node_path, field_name, value } of fieldValues) {
      const node = graph.nodes[node_path];
      if (node !== undefined) node[field_name] = value;
    }
    return Array.from({ length: batch.runs }, () => ({ graph, fieldValues: fieldValues.length > 0 ? fieldValues : null }));
  });
}
