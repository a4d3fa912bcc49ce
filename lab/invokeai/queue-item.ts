import { stampOf } from './context.ts';
import type { FieldValue, Graph } from './graph.ts';

export type ItemStatus = 'pending' | 'in_progress' | 'waiting' | 'completed' | 'failed' | 'canceled';

export interface QueueItem {
  readonly itemId: number;
  readonly batchId: string;
  readonly sessionId: string;
  readonly origin: string | null;
  readonly destination: string | null;
  readonly priority: number;
  readonly createdMs: number;
  readonly graph: Graph;
  readonly fieldValues: readonly FieldValue[] | null;
  readonly retriedFrom: number | null;
  status: ItemStatus;
  statusSequence: number;
  updatedMs: number;
  startedMs: number | null;
  completedMs: number | null;
  error: { readonly type: string; readonly message: string; readonly traceback: string; readonly nodeId: string } | null;
  /** Node id to the id of its one execution, for what has been prepared. */
  readonly prepared: Map<string, string>;
  /** By execution id. */
  readonly results: Map<string, Readonly<Record<string, unknown>>>;
}

export function isOver(item: QueueItem): boolean {
  return item.status === 'completed' || item.status === 'failed' || item.status === 'canceled';
}

/** A row as the API reports it: null fields are omitted, the whole session is included. */
export function describeItem(item: QueueItem): Readonly<Record<string, unknown>> {
  return {
    item_id: item.itemId,
    status: item.status,
    status_sequence: item.statusSequence,
    priority: item.priority,
    batch_id: item.batchId,
    ...given('origin', item.origin),
    ...given('destination', item.destination),
    session_id: item.sessionId,
    ...given('error_type', item.error?.type),
    ...given('error_message', item.error?.message),
    ...given('error_traceback', item.error?.traceback),
    created_at: stampOf(item.createdMs),
    updated_at: stampOf(item.updatedMs),
    ...given('started_at', item.startedMs === null ? null : stampOf(item.startedMs)),
    ...given('completed_at', item.completedMs === null ? null : stampOf(item.completedMs)),
    queue_id: 'default',
    user_id: 'system',
    ...given('field_values', item.fieldValues),
    ...given('retried_from_item_id', item.retriedFrom),
    ...given('device', item.startedMs === null ? null : 'cuda:0'),
    session: describeSession(item),
  };
}

function describeSession(item: QueueItem): Readonly<Record<string, unknown>> {
  const graph = { id: item.graph.id ?? item.sessionId, nodes: item.graph.nodes, edges: item.graph.edges };
  const prepared = [...item.prepared];
  const nodes = prepared.map(([source, id]) => [id, { ...item.graph.nodes[source], id }] as const);
  return {
    id: item.sessionId,
    graph,
    execution_graph: { id: item.sessionId, nodes: Object.fromEntries(nodes), edges: [] },
    executed: [...item.results.keys()],
    executed_history: prepared.filter(([, id]) => item.results.has(id)).map(([source]) => source),
    results: Object.fromEntries(item.results),
    errors: item.error === null ? {} : { [item.prepared.get(item.error.nodeId) ?? item.error.nodeId]: item.error.traceback },
    workflow_call_stack: [],
    workflow_call_history: [],
    max_workflow_call_depth: 4,
    prepared_source_mapping: Object.fromEntries(prepared.map(([source, id]) => [id, source])),
    source_prepared_mapping: Object.fromEntries(prepared.map(([source, id]) => [source, [id]])),
  };
}

function given(name: string, value: unknown): Readonly<Record<string, unknown>> {
  return value === null || value === undefined ? {} : { [name]: value };
}
