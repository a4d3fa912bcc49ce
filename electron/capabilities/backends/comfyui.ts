import { plainText } from '../../../shared/plain-text.ts';
import { type Fields, isRecord } from '../../../shared/record.ts';
import { listOf, numberOf, textOf } from './values.ts';

const MAX_CHECKPOINTS = 10_000;
const MAX_CHOICES = 1_000;
const MAX_NODE_ERRORS = 5;

/** Reads `GET /models/checkpoints`: names, some in folders. */
export function readCheckpoints(document: unknown): string[] | null {
  if (!Array.isArray(document)) return null;
  return document
    .filter((name): name is string => typeof name === 'string')
    .slice(0, MAX_CHECKPOINTS)
    .map((name) => plainText(name))
    .sort((a, b) => a.localeCompare(b));
}

/** Values that a node's input takes, by `GET /object_info/NODE` of 0.3 (a list) and of newer nodes (`COMBO` with options); null = not reported. */
export function readChoices(document: unknown, node: string, input: string): readonly string[] | null {
  const info = isRecord(document) ? document[node] : null;
  const inputs = isRecord(info) && isRecord(info['input']) ? info['input']['required'] : null;
  const entry: unknown = isRecord(inputs) ? inputs[input] : null;
  const [kind, more]: readonly unknown[] = Array.isArray(entry) ? entry : [];
  const values: unknown = kind === 'COMBO' && isRecord(more) ? more['options'] : kind;
  if (!Array.isArray(values)) return null;
  return values.slice(0, MAX_CHOICES).flatMap((value) => (typeof value === 'string' ? [plainText(value)] : []));
}

/** The job's id in the answer to `POST /prompt`; null = none. */
export const readPromptId = (document: unknown): string | null => (isRecord(document) ? textOf(document['prompt_id']) : null);

/** Where a job is by `GET /queue`; `ahead` counts the jobs in front of it. Null = not in the queue. */
export function readQueuePosition(document: unknown, promptId: string): { readonly isRunning: boolean; readonly ahead: number } | null {
  const numbers = (name: string): readonly (readonly [number: number, id: unknown])[] => {
    const entries: unknown = isRecord(document) ? document[name] : null;
    return (Array.isArray(entries) ? entries : []).flatMap((entry: unknown) =>
      Array.isArray(entry) ? [[numberOf(entry[0]) ?? 0, entry[1]] as const] : [],
    );
  };
  const running = numbers('queue_running');
  if (running.some(([, id]) => id === promptId)) return { isRunning: true, ahead: 0 };
  const pending = numbers('queue_pending');
  const own = pending.find(([, id]) => id === promptId);
  if (own === undefined) return null;
  // The list is a heap: only its numbers give the order.
  return { isRunning: false, ahead: running.length + pending.filter(([number]) => number < own[0]).length };
}

/** One image that ComfyUI wrote, by the parameters of `GET /view`. */
export interface ComfyUiImage {
  readonly filename: string;
  readonly subfolder: string;
  readonly type: string;
}

/** Why a job failed, in ComfyUI's words. */
export interface ComfyUiFailure {
  readonly node: string | null;
  readonly type: string;
  readonly message: string;
}

/** What the history knows of a job that is over. Times in epoch ms of the host's clock. */
export interface ComfyUiHistory {
  readonly end: 'success' | 'interrupted' | 'error';
  readonly images: readonly ComfyUiImage[];
  readonly failure: ComfyUiFailure | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Nodes that were not executed, since their results were cached. */
  readonly cachedNodes: readonly string[];
  readonly workflow: Fields;
}

const ENDS: ReadonlySet<string> = new Set(['execution_success', 'execution_error', 'execution_interrupted']);

/** Reads a job of `GET /history/ID` of ComfyUI 0.3 and newer, with the images of `outputNode`; null = not over, or not known. */
export function readHistory(document: unknown, promptId: string, outputNode: string): ComfyUiHistory | null {
  const entry = isRecord(document) ? document[promptId] : null;
  if (!isRecord(entry)) return null;
  const status: Fields = isRecord(entry['status']) ? entry['status'] : {};
  const messages = new Map<string, Fields>();
  for (const message of Array.isArray(status['messages']) ? status['messages'] : []) {
    const [type, data]: readonly unknown[] = Array.isArray(message) ? message : [];
    if (typeof type === 'string' && isRecord(data)) messages.set(type, data);
  }
  const error = messages.get('execution_error');
  const isInterrupted = messages.has('execution_interrupted');
  const last = [...messages].find(([type]) => ENDS.has(type))?.[1];
  const output = isRecord(entry['outputs']) ? entry['outputs'][outputNode] : null;
  const cached = messages.get('execution_cached')?.['nodes'];
  const prompt: unknown = Array.isArray(entry['prompt']) ? entry['prompt'][2] : null;
  return {
    end: isInterrupted ? 'interrupted' : error !== undefined || status['status_str'] === 'error' ? 'error' : 'success',
    images: listOf(isRecord(output) ? output['images'] : null).flatMap((image) => {
      const filename = textOf(image['filename']);
      return filename === null ? [] : [{ filename, subfolder: textOf(image['subfolder']) ?? '', type: textOf(image['type']) ?? 'output' }];
    }),
    failure: error === undefined ? null : readFailure(error),
    startedAt: numberOf(messages.get('execution_start')?.['timestamp']),
    endedAt: numberOf(last?.['timestamp']),
    cachedNodes: Array.isArray(cached) ? cached.filter((node): node is string => typeof node === 'string') : [],
    workflow: isRecord(prompt) ? prompt : {},
  };
}

/** Reads the data of `execution_error`. */
function readFailure(data: Fields): ComfyUiFailure {
  return {
    node: textOf(data['node_type']),
    type: textOf(data['exception_type']) ?? 'Error',
    message: textOf(data['exception_message']) ?? 'no reason reported',
  };
}

/** Why ComfyUI refused a workflow. */
export interface ComfyUiRefusal {
  /** Its words, with those of the nodes. */
  readonly message: string;
  /** Inputs whose value is not among those it knows. */
  readonly unknownInputs: readonly string[];
}

/** Reads the body of a 400 to `POST /prompt`; null = something else. */
export function readRefusal(document: unknown): ComfyUiRefusal | null {
  const error = isRecord(document) ? document['error'] : null;
  if (!isRecord(document) || !isRecord(error)) return null;
  const nodes = isRecord(document['node_errors']) ? Object.values(document['node_errors']).slice(0, MAX_NODE_ERRORS) : [];
  const errors = nodes.flatMap((node) =>
    listOf(isRecord(node) ? node['errors'] : null).map((found) => ({ found, kind: isRecord(node) ? textOf(node['class_type']) : null })),
  );
  const words = errors.map(({ found, kind }) => [kind, textOf(found['message']), textOf(found['details'])].filter(Boolean).join(': '));
  const own = [textOf(error['message']), textOf(error['details'])].filter(Boolean).join(': ');
  return {
    message: plainText([own === '' ? 'no reason reported' : own, ...words].join('; ')),
    unknownInputs: errors.flatMap(({ found }) => {
      const info = found['extra_info'];
      const name = isRecord(info) ? textOf(info['input_name']) : null;
      return found['type'] === 'value_not_in_list' && name !== null ? [name] : [];
    }),
  };
}
