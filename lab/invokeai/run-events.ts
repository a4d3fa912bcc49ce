import type { InvokeAiContext } from './context.ts';
import type { GraphNode } from './graph.ts';
import type { LabModel } from './installed-models.ts';
import { modelDocument } from './model-document.ts';
import type { Plan } from './plan.ts';
import type { SessionQueue } from './queue.ts';
import type { QueueItem } from './queue-item.ts';

/** What the events of a session tell of it. */
export interface ReportedWork {
  readonly item: QueueItem;
  readonly plan: Plan;
  readonly model: LabModel | null;
  /** Its latents come from the invocation cache. */
  readonly isCached: boolean;
}

/** Emits the events of one session while it runs, as InvokeAI's socket sends them. */
export class RunEvents {
  readonly #context: InvokeAiContext;
  readonly #queue: SessionQueue;

  constructor(context: InvokeAiContext, queue: SessionQueue) {
    this.#context = context;
    this.#queue = queue;
  }

  /** The prompts come first: each of these loads has a message, and no percentage. */
  conditioning(work: ReportedWork): void {
    this.started(work, work.plan.order[0] ?? work.plan.output);
    const node = work.plan.order.find(({ type }) => /compel|text_encoder/.test(type));
    if (node === undefined || work.isCached) return;
    this.started(work, node);
    for (const part of ['tokenizer', 'text_encoder']) this.loading(work, node, part);
    this.message(work, node, 'Building conditioning');
  }

  loading(work: ReportedWork, node: GraphNode, part: string): void {
    const { model } = work;
    if (model === null) return;
    this.message(work, node, `Loading model ${model.name} (${part})`);
    const payload = () => ({ config: modelDocument(model), submodel_type: part, user_id: 'system' });
    this.#context.emit('model_load_started', payload);
    this.#context.emit('model_load_complete', payload);
  }

  message(work: ReportedWork, node: GraphNode, message: string): void {
    this.progress(work, node, message, null, () => null);
  }

  started(work: ReportedWork, node: GraphNode): void {
    this.#context.emit('invocation_started', () => this.invocation(work, node));
  }

  progress(
    work: ReportedWork,
    node: GraphNode,
    message: string,
    percentage: number | null,
    image: () => Readonly<Record<string, unknown>> | null,
  ): void {
    this.#context.emit('invocation_progress', () => ({
      ...this.invocation(work, node),
      message,
      percentage,
      image: image(),
      device: 'cuda:0',
    }));
  }

  invocation({ item }: ReportedWork, node: GraphNode): Readonly<Record<string, unknown>> {
    const invocation = { ...node, id: item.prepared.get(node.id) ?? node.id };
    return { ...this.#queue.base(item), session_id: item.sessionId, invocation, invocation_source_id: node.id };
  }
}
