import type { ComfyJob } from './jobs.ts';
import type { Demand } from './timing.ts';

const OUT_OF_MEMORY =
  'Allocation on device 0 would exceed allowed memory. (out of memory)\nThis error means you ran out of memory on your GPU.';

/** A job at work. Times in ms. */
export interface Execution {
  readonly job: ComfyJob;
  readonly startedAtMs: number;
  readonly loadMs: number;
  readonly sampleMs: number;
  readonly decodeMs: number;
  readonly demand: Demand;
  /** As they will be in the history. */
  readonly messages: (readonly [string, Readonly<Record<string, unknown>>])[];
  /** How many nodes of the plan's order were begun. */
  begunCount: number;
  steps: number;
}

/** The node at work; null before the first one. */
export const currentNode = ({ job, begunCount }: Execution): string | null => job.plan.order[begunCount - 1] ?? null;

export function isSampling(run: Execution): boolean {
  const { samplerNode, order } = run.job.plan;
  return samplerNode !== null && run.begunCount > order.indexOf(samplerNode);
}

/** The node that should be at work after so many ms. */
export function dueNode({ job: { plan }, loadMs, sampleMs }: Execution, elapsedMs: number): string {
  const [first = plan.outputNode] = plan.order;
  if (plan.samplerNode === null || elapsedMs < loadMs) return first;
  return elapsedMs < loadMs + sampleMs ? plan.samplerNode : plan.decodeNode;
}

/** How many steps are done after so many ms. */
export function stepsDue({ job: { plan }, loadMs, sampleMs }: Execution, elapsedMs: number): number {
  const { steps } = plan.recipe;
  return sampleMs === 0 ? 0 : Math.max(0, Math.min(steps, Math.floor(((elapsedMs - loadMs) / sampleMs) * steps)));
}

/** The data of `progress_state`: every node that was begun. */
export function progressState(run: Execution): Readonly<Record<string, unknown>> {
  const { id, plan } = run.job;
  const begun = plan.order.slice(0, run.begunCount);
  const nodes = begun.map((node, index) => {
    const isRunning = index === begun.length - 1;
    const [value, max] = node === plan.samplerNode ? [run.steps, plan.recipe.steps] : [isRunning ? 0 : 1, 1];
    const state = { value, max, state: isRunning ? 'running' : 'finished' };
    return [node, { ...state, node_id: node, prompt_id: id, display_node_id: node, parent_node_id: null, real_node_id: node }] as const;
  });
  return { prompt_id: id, nodes: Object.fromEntries(nodes) };
}

/** Where a job was when it ended early, as `execution_interrupted` has it. */
export function placeOf(run: Execution): Readonly<Record<string, unknown>> {
  const { id, plan, workflow } = run.job;
  const node = currentNode(run) ?? plan.outputNode;
  const executed = plan.order.slice(0, Math.max(0, run.begunCount - 1));
  return { prompt_id: id, node_id: node, node_type: workflow[node]?.class_type ?? '', executed };
}

/** The data of `execution_error` where the GPU ran out of memory. */
export const outOfMemoryError = (run: Execution): Readonly<Record<string, unknown>> => ({
  ...placeOf(run),
  exception_type: 'torch.OutOfMemoryError',
  exception_message: OUT_OF_MEMORY,
  traceback: ['  File "/opt/ComfyUI/execution.py", line 510, in execute\n'],
  current_inputs: {},
  current_outputs: [],
});
