import { DEFAULT_PORTS } from '../../../shared/default-ports.ts';
import type { ModelIdentifier } from '../../../shared/image-graphs/invokeai.ts';
import { isImageBase } from '../../../shared/image-graphs/rules.ts';
import { type Fields, isRecord } from '../../../shared/record.ts';
import type { JsonClient } from './json-client.ts';
import { countOf, listOf, numberOf, textOf, utcOf } from './values.ts';

export const INVOKEAI_PEER = { code: 'invokeai', layer: 'backend', name: 'InvokeAI' } as const;
export const INVOKEAI_PORT = DEFAULT_PORTS.invokeai;
const QUEUE = '/api/v1/queue/default';

export const queuePath = (rest: string): string => `${QUEUE}/${rest}`;

/** A job of the queue, as far as the panel shows it. Times are the host's clock, epoch ms. */
export interface QueueItem {
  /** Counted by one InvokeAI, and anew where its database is. */
  readonly itemId: number;
  /** A UUID. */
  readonly batchId: string | null;
  readonly status: 'pending' | 'in_progress' | 'waiting' | 'completed' | 'failed' | 'canceled' | 'unknown';
  readonly origin: string | null;
  readonly destination: string | null;
  readonly createdAt: number | null;
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  readonly error: { readonly type: string; readonly message: string } | null;
  /** Of the graph's nodes, as far as they say. */
  readonly seed: number | null;
  readonly prompt: string | null;
}

const STATES = ['pending', 'in_progress', 'waiting', 'completed', 'failed', 'canceled'] as const;

/** Reads a queue item of InvokeAI 4.2 to 6.14; null for what has no id. */
export function readQueueItem(document: unknown): QueueItem | null {
  if (!isRecord(document)) return null;
  const itemId = countOf(document['item_id']);
  if (itemId === null) return null;
  const message = textOf(document['error_message']);
  return {
    itemId,
    batchId: textOf(document['batch_id']),
    status: STATES.find((state) => state === document['status']) ?? 'unknown',
    origin: textOf(document['origin']),
    destination: textOf(document['destination']),
    createdAt: utcOf(document['created_at']),
    startedAt: utcOf(document['started_at']),
    completedAt: utcOf(document['completed_at']),
    error: message === null ? null : { type: textOf(document['error_type']) ?? 'Error', message },
    ...fromGraph(document['session']),
  };
}

function fromGraph(session: unknown): { readonly seed: number | null; readonly prompt: string | null } {
  const graph = isRecord(session) ? session['graph'] : null;
  const nodes: readonly Fields[] = isRecord(graph) && isRecord(graph['nodes']) ? Object.values(graph['nodes']).filter(isRecord) : [];
  const first = (field: string): unknown =>
    nodes.map((node) => node[field]).find((value) => value !== undefined && value !== null && value !== '');
  return { seed: numberOf(first('seed')), prompt: textOf(first('prompt')) };
}

/** The counts of the queue and whether it runs; null = not reported. */
export interface QueueStatus {
  readonly pending: number | null;
  readonly inProgress: number | null;
  readonly completed: number | null;
  readonly failed: number | null;
  readonly canceled: number | null;
  readonly isStarted: boolean | null;
  readonly isProcessing: boolean | null;
}

export function readQueueStatus(document: unknown): QueueStatus {
  const queue = isRecord(document) && isRecord(document['queue']) ? document['queue'] : {};
  const processor = isRecord(document) && isRecord(document['processor']) ? document['processor'] : {};
  const flag = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null);
  return {
    pending: countOf(queue['pending']),
    inProgress: countOf(queue['in_progress']),
    completed: countOf(queue['completed']),
    failed: countOf(queue['failed']),
    canceled: countOf(queue['canceled']),
    isStarted: flag(processor['is_started']),
    isProcessing: flag(processor['is_processing']),
  };
}

/** The models that can make images from nothing, with what a graph must say of them. */
export interface ImageModels {
  readonly models: readonly ModelIdentifier[];
  /** How many more there would be if their files were not gone. */
  readonly missing: number;
}

/** Reads them from the list of models; those whose files are missing are only counted. */
export async function readImageModels(
  client: JsonClient,
  o: { readonly signal?: AbortSignal; readonly timeoutMs?: number } = {},
): Promise<ImageModels> {
  const [listed, missing] = await Promise.all([
    client.json({ path: '/api/v2/models/?model_type=main', ...o }),
    // Reported since 6.12.
    client.json({ path: '/api/v2/models/missing', ...o }).catch(() => null),
  ]);
  const gone = new Set(listOf(isRecord(missing) ? missing['models'] : null).map((entry) => entry['key']));
  const all = listOf(isRecord(listed) ? listed['models'] : null).flatMap((entry) => {
    const { key, name, base, type, variant } = entry;
    if (typeof key !== 'string' || typeof name !== 'string' || !isImageBase(base) || type !== 'main') return [];
    if (typeof variant === 'string' && variant !== 'normal') return [];
    return [{ key, name, base, type: 'main' as const, hash: textOf(entry['hash']) ?? '' }];
  });
  const models = all.filter(({ key }) => !gone.has(key));
  return { models, missing: all.length - models.length };
}

/** Whether a version of InvokeAI is this one or a later one. */
export function isAtLeast(version: string, major: number, minor: number): boolean {
  const [one = 0, two = 0] = version.split('.', 2).map((part) => Number.parseInt(part, 10));
  return one > major || (one === major && two >= minor);
}
