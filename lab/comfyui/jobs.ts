import type { Workflow, WorkflowPlan } from './workflow.ts';

export interface ComfyJob {
  readonly number: number;
  readonly id: string;
  readonly prompt: unknown;
  readonly workflow: Workflow;
  readonly extraData: Readonly<Record<string, unknown>>;
  readonly plan: WorkflowPlan;
  readonly clientId: string | null;
}

export interface SavedImage {
  readonly filename: string;
  readonly subfolder: '';
  readonly type: 'output';
}

/** What is left of a job that is over. */
export interface ComfyHistory {
  readonly job: ComfyJob;
  readonly images: readonly SavedImage[];
  readonly isSuccess: boolean;
  readonly messages: readonly (readonly [string, Readonly<Record<string, unknown>>])[];
}

/** A row of `/queue`: the tuple that ComfyUI keeps itself. */
export function describeJob(job: ComfyJob): readonly unknown[] {
  return [job.number, job.id, job.workflow, { ...job.extraData, client_id: job.clientId }, [job.plan.outputNode]];
}

export function describeHistory(entry: ComfyHistory): Readonly<Record<string, unknown>> {
  const { job, images, isSuccess, messages } = entry;
  return {
    prompt: describeJob(job),
    outputs: images.length > 0 ? { [job.plan.outputNode]: { images } } : {},
    status: { status_str: isSuccess ? 'success' : 'error', completed: isSuccess, messages },
    meta:
      images.length > 0
        ? { [job.plan.outputNode]: { node_id: job.plan.outputNode, display_node: job.plan.outputNode, parent_node: null } }
        : {},
  };
}
