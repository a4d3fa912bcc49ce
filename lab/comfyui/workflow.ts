import { z } from 'zod';
import type { ImageRecipe } from '../base/test-images.ts';
import { SAMPLERS, SCHEDULES } from './node-info.ts';

const Node = z.object({ class_type: z.string(), inputs: z.record(z.string(), z.unknown()) });
export const Workflow = z.record(z.string(), Node);
export type Workflow = z.infer<typeof Workflow>;

/** What a workflow will make. */
export interface WorkflowPlan {
  readonly outputNode: string;
  /** Its nodes in the order in which they are executed. */
  readonly order: readonly string[];
  readonly decodeNode: string;
  readonly recipe: ImageRecipe;
  readonly filenamePrefix: string;
  readonly samplerNode: string | null;
  /** Null: nothing is loaded. */
  readonly checkpoint: string | null;
}

export interface NodeError {
  readonly class_type: string;
  readonly dependent_outputs: readonly string[];
  readonly errors: readonly {
    readonly type: string;
    readonly message: string;
    readonly details: string;
    readonly extra_info: Readonly<Record<string, unknown>>;
  }[];
}

/** What ComfyUI answers to a workflow that it will not run. */
export interface Refusal {
  readonly error: {
    readonly type: string;
    readonly message: string;
    readonly details: string;
    readonly extra_info: Readonly<Record<string, unknown>>;
  };
  readonly node_errors: Readonly<Record<string, NodeError>>;
}

const KNOWN: ReadonlySet<string> = new Set([
  'CheckpointLoaderSimple',
  'CLIPTextEncode',
  'EmptyLatentImage',
  'KSampler',
  'VAEDecode',
  'SaveImage',
  'PreviewImage',
  'EmptyImage',
]);

export function refusal(type: string, message: string, details = '', nodeErrors: Refusal['node_errors'] = {}): Refusal {
  return { error: { type, message, details, extra_info: {} }, node_errors: nodeErrors };
}

/** Reads a workflow: what it makes, or why it is refused before it is queued. */
export function readWorkflow(value: unknown, checkpoints: readonly string[]): WorkflowPlan | Refusal {
  const parsed = Workflow.safeParse(value);
  if (!parsed.success) {
    const [id = ''] = parsed.error.issues[0]?.path ?? [];
    const details = `Node ID '#${String(id)}'`;
    return refusal('invalid_prompt', 'Cannot execute because a node is missing the class_type property.', details);
  }
  const workflow = parsed.data;
  for (const [id, { class_type: type }] of Object.entries(workflow))
    if (!KNOWN.has(type)) return refusal('invalid_prompt', `Cannot execute because node ${type} does not exist.`, `Node ID '#${id}'`);
  const outputNode = Object.keys(workflow).find((id) => /^(Save|Preview)Image$/.test(workflow[id]?.class_type ?? ''));
  if (outputNode === undefined) return refusal('prompt_no_outputs', 'Prompt has no outputs');
  const wrong = wrongValues(workflow, checkpoints, outputNode);
  if (Object.keys(wrong).length > 0) return refusal('prompt_outputs_failed_validation', 'Prompt outputs failed validation', '', wrong);
  return planOf(workflow, outputNode);
}

/** Inputs with a list of values that hold none of it, as ComfyUI reports them. */
function wrongValues(workflow: Workflow, checkpoints: readonly string[], outputNode: string): Refusal['node_errors'] {
  const lists: Readonly<Record<string, readonly (readonly [input: string, values: readonly string[]])[]>> = {
    CheckpointLoaderSimple: [['ckpt_name', checkpoints]],
    KSampler: [
      ['sampler_name', SAMPLERS],
      ['scheduler', SCHEDULES],
    ],
  };
  const found: Record<string, NodeError> = {};
  for (const [id, { class_type: type, inputs }] of Object.entries(workflow)) {
    const errors = (lists[type] ?? []).flatMap(([name, values]) => {
      if (values.includes(String(inputs[name]))) return [];
      const details = `${name}: '${String(inputs[name])}' not in ${JSON.stringify(values)}`;
      const info = { input_name: name, input_config: [values, {}], received_value: inputs[name] };
      return [{ type: 'value_not_in_list', message: 'Value not in list', details, extra_info: info }];
    });
    if (errors.length > 0) found[id] = { class_type: type, dependent_outputs: [outputNode], errors };
  }
  return found;
}

function planOf(workflow: Workflow, outputNode: string): WorkflowPlan | Refusal {
  /** The node that a link points to. */
  const linked = (inputs: Readonly<Record<string, unknown>> | undefined, name: string) => {
    const link = inputs?.[name];
    const id = Array.isArray(link) ? String(link[0]) : '';
    const node = workflow[id];
    return node === undefined ? null : { id, ...node };
  };
  const number = (value: unknown, otherwise: number) => (typeof value === 'number' ? value : otherwise);
  const saved = workflow[outputNode];
  const source = linked(saved?.inputs, 'images');
  const filenamePrefix = String(saved?.inputs['filename_prefix'] ?? 'ComfyUI');
  const missingInputError = (what: string) =>
    refusal('prompt_outputs_failed_validation', 'Prompt outputs failed validation', `Required input is missing: ${what}`);
  if (source === null) return missingInputError('images');
  if (source.class_type === 'EmptyImage') {
    const size = { width: number(source.inputs['width'], 512), height: number(source.inputs['height'], 512) };
    const recipe = { prompt: '', negativePrompt: '', model: '', seed: 0, steps: 0, ...size };
    return {
      outputNode,
      order: [source.id, outputNode],
      decodeNode: source.id,
      recipe,
      filenamePrefix,
      samplerNode: null,
      checkpoint: null,
    };
  }
  const sampler = linked(source.inputs, 'samples');
  const latent = linked(sampler?.inputs, 'latent_image');
  const loader = linked(sampler?.inputs, 'model');
  if (sampler === null || latent === null || loader === null) return missingInputError('samples, latent_image or model');
  const text = (name: string) => String(linked(sampler.inputs, name)?.inputs['text'] ?? '');
  const checkpoint = String(loader.inputs['ckpt_name'] ?? '');
  const recipe = {
    prompt: text('positive'),
    negativePrompt: text('negative'),
    model: checkpoint,
    seed: number(sampler.inputs['seed'], 0),
    steps: number(sampler.inputs['steps'], 20),
    width: number(latent.inputs['width'], 512),
    height: number(latent.inputs['height'], 512),
  };
  const prompts = ['positive', 'negative'].map((name) => linked(sampler.inputs, name)?.id ?? '').filter((id) => id !== '');
  const order = [...new Set([loader.id, ...prompts, latent.id, sampler.id, source.id, outputNode])];
  return { outputNode, order, decodeNode: source.id, recipe, filenamePrefix, samplerNode: sampler.id, checkpoint };
}

/** The lines of ComfyUI's log about a workflow that it refuses. */
export function refusalLines({ error, node_errors }: Refusal): readonly string[] {
  const details = Object.values(node_errors).flatMap(({ errors }) => errors.map(({ message, details }) => `  - ${message}: ${details}`));
  return [`Failed to validate prompt for output: ${error.message}`, ...details];
}
