import type { PictureRecipe } from '../pictures.ts';
import type { LabModel, Shelf } from './shelf.ts';

export type Graph = { readonly nodes: Readonly<Record<string, Readonly<Record<string, unknown>>>> };

/** What a graph amounts to: which model makes which picture, or why it cannot. */
export type Plan =
  | { readonly kind: 'picture'; readonly outputNode: string; readonly model: LabModel; readonly recipe: PictureRecipe }
  | { readonly kind: 'blank'; readonly outputNode: string; readonly width: number; readonly height: number }
  | { readonly kind: 'impossible'; readonly node: string; readonly errorType: string; readonly message: string };

const LOADERS: ReadonlySet<unknown> = new Set(['main_model_loader', 'sdxl_model_loader', 'flux_model_loader']);
const PROMPTS: ReadonlySet<unknown> = new Set(['compel', 'sdxl_compel_prompt', 'flux_text_encoder']);

/** Reads a graph as far as its picture depends on it. */
export function planOf(graph: Graph, shelf: Shelf, isMissing: boolean): Plan {
  const nodes = Object.values(graph.nodes);
  const ofType = (type: string) => nodes.find((node) => node['type'] === type);
  const blank = ofType('blank_image');
  if (blank !== undefined) {
    return { kind: 'blank', outputNode: String(blank['id']), width: numberOf(blank['width'], 512), height: numberOf(blank['height'], 512) };
  }
  const loader = nodes.find((node) => LOADERS.has(node['type']));
  const output = ofType('l2i');
  const identifier = loader?.['model'];
  const key = typeof identifier === 'object' && identifier !== null && 'key' in identifier ? String(identifier.key) : '';
  const model = shelf.get(key);
  if (loader === undefined || output === undefined || model === null || shelf.isLost(key) || isMissing) {
    return {
      kind: 'impossible',
      node: String(loader?.['type'] ?? 'graph'),
      errorType: 'UnknownModelException',
      message: `Unknown model ${key}`,
    };
  }
  const noise = ofType('noise') ?? {};
  const prompts = nodes.filter((node) => PROMPTS.has(node['type'])).map((node) => String(node['prompt'] ?? ''));
  return {
    kind: 'picture',
    outputNode: String(output['id']),
    model,
    recipe: {
      prompt: prompts[0] ?? '',
      negativePrompt: prompts[1] ?? '',
      model: model.name,
      seed: numberOf(noise['seed'], 0),
      steps: numberOf(ofType('denoise_latents')?.['steps'], 20),
      width: numberOf(noise['width'], 512),
      height: numberOf(noise['height'], 512),
    },
  };
}

const numberOf = (value: unknown, fallback: number): number => (typeof value === 'number' && Number.isFinite(value) ? value : fallback);

export interface Refusal {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
}

/** What pydantic would refuse of a graph; the fields that matter here. */
export function refusalsOf(graph: unknown, schedulers: readonly string[]): readonly Refusal[] {
  if (typeof graph !== 'object' || graph === null || !('nodes' in graph) || typeof graph.nodes !== 'object' || graph.nodes === null) {
    return [{ loc: ['body', 'batch', 'graph'], msg: 'Field required', type: 'missing' }];
  }
  const found: Refusal[] = [];
  for (const [id, node] of Object.entries(graph.nodes as Graph['nodes'])) {
    const refuse = (field: string, msg: string, type: string) =>
      found.push({ loc: ['body', 'batch', 'graph', 'nodes', id, field], msg, type });
    if (node['type'] === 'noise') {
      for (const field of ['width', 'height']) {
        const value = node[field];
        if (typeof value !== 'number' || value % 8 !== 0 || value <= 0) refuse(field, 'Input should be a multiple of 8', 'multiple_of');
      }
      const seed = node['seed'];
      if (typeof seed !== 'number' || seed < 0 || seed > 4_294_967_295)
        refuse('seed', 'Input should be less than or equal to 4294967295', 'less_than_equal');
    }
    if (node['type'] === 'denoise_latents') {
      const guidance = node['cfg_scale'];
      if (typeof guidance === 'number' && guidance < 1) refuse('cfg_scale', 'Value error, cfg_scale must be greater than 1', 'value_error');
      if (typeof node['scheduler'] === 'string' && !schedulers.includes(node['scheduler'])) {
        refuse('scheduler', `Input should be ${schedulers.map((name) => `'${name}'`).join(', ')}`, 'literal_error');
      }
    }
    if (LOADERS.has(node['type'])) {
      const model = node['model'];
      for (const field of ['key', 'hash', 'name', 'base', 'type']) {
        if (typeof model !== 'object' || model === null || !(field in model)) refuse(`model.${field}`, 'Field required', 'missing');
      }
    }
  }
  return found;
}
