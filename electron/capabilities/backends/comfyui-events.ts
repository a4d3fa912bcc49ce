import { WebSocket } from 'ws';
import { createEmitter } from '../../../shared/emitter.ts';
import { isRecord } from '../../../shared/record.ts';
import { retryPolicy } from '../../foundation/timing/retry-policy.ts';
import type { BackendEndpoint } from './backend-endpoint.ts';
import { numberOf, textOf } from './values.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** A message holds the outputs of a node or a preview; neither needs more. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
const MAX_PREVIEW_BYTES = 300_000;
const RETRY = { firstMs: 1_000, maxMs: 30_000, jitter: 0.3 };
/** Kinds of binary messages. */
const PREVIEW = 1;
const PREVIEW_WITH_METADATA = 4;

/** A job's id is null where ComfyUI does not name the job: then it is the one at work for this client. */
export type ComfyUiEvent =
  /** The socket opened or closed: missed events are not sent again. */
  | { readonly kind: 'socket'; readonly isUp: boolean }
  /** The length of the queue changed. */
  | { readonly kind: 'queue' }
  | { readonly kind: 'started'; readonly promptId: string | null }
  | { readonly kind: 'node'; readonly promptId: string | null; readonly node: string }
  | { readonly kind: 'progress'; readonly promptId: string | null; readonly node: string; readonly value: number; readonly max: number }
  /** A small image as a data URL. */
  | { readonly kind: 'preview'; readonly promptId: string | null; readonly preview: string }
  | { readonly kind: 'ended'; readonly promptId: string | null };

/** ComfyUI's events for one client, while there is a listener. A lost connection is reopened automatically. */
export interface ComfyUiEvents {
  /** Jobs sent with this id report to this socket. */
  readonly clientId: string;
  /** Opens the socket with the first listener, and closes it with the last. */
  on(listener: (event: ComfyUiEvent) => void): () => void;
  isUp(): boolean;
  /** Connects now instead of at the next try. To be called when ComfyUI has answered. */
  revive(): void;
  close(): void;
}

export function createComfyUiEvents(o: {
  readonly endpoint: Pick<BackendEndpoint, 'address' | 'onChange'>;
  readonly clientId: string;
}): ComfyUiEvents {
  const tries = retryPolicy(RETRY);
  const events = createEmitter<ComfyUiEvent>();
  let socket: WebSocket | null = null;
  let retry: ReturnType<typeof setTimeout> | null = null;

  const isUp = (): boolean => socket?.readyState === WebSocket.OPEN;
  const stopRetry = (): void => {
    if (retry !== null) clearTimeout(retry);
    retry = null;
  };
  const open = (): void => {
    stopRetry();
    const { hostName, port, agent } = o.endpoint.address();
    // The agent opens the connection, with TLS where the address has it.
    const address = `ws://${hostName.includes(':') ? `[${hostName}]` : hostName}:${port}/ws?clientId=${encodeURIComponent(o.clientId)}`;
    const opened = new WebSocket(address, {
      agent,
      handshakeTimeout: CONNECT_TIMEOUT_MS,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
    });
    socket = opened;
    opened.on('open', () => {
      tries.succeeded();
      // Previews then name their job.
      opened.send(JSON.stringify({ type: 'feature_flags', data: { supports_preview_metadata: true } }));
      events.emit({ kind: 'socket', isUp: true });
    });
    opened.on('message', (data, isBinary) => {
      const bytes = Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
      for (const event of isBinary ? readBinaryEvent(bytes) : readTextEvent(bytes.toString('utf8'))) events.emit(event);
    });
    // The close that follows says the same.
    opened.on('error', () => {});
    opened.on('close', () => {
      if (socket !== opened) return;
      socket = null;
      events.emit({ kind: 'socket', isUp: false });
      if (events.listenerCount === 0) return;
      retry = setTimeout(open, tries.failed());
      retry.unref();
    });
  };
  const shut = (): void => {
    stopRetry();
    const closing = socket;
    socket = null;
    closing?.terminate();
  };
  const stopMoving = o.endpoint.onChange(() => {
    shut();
    if (events.listenerCount > 0) open();
  });
  return {
    clientId: o.clientId,
    on: (listener) => {
      const stop = events.on(listener);
      if (socket === null) open();
      return () => {
        stop();
        if (events.listenerCount === 0) shut();
      };
    },
    isUp,
    revive: () => {
      if (retry !== null) open();
    },
    close: () => {
      stopMoving();
      events.clear();
      shut();
    },
  };
}

/** Reads one text message of ComfyUI 0.3 and newer: `{"type","data"}`. Empty for those the panel has no use for. */
export function readTextEvent(text: string): readonly ComfyUiEvent[] {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return [];
  }
  const data = isRecord(message) ? message['data'] : null;
  if (!isRecord(message) || !isRecord(data)) return [];
  const promptId = textOf(data['prompt_id']);
  const node = textOf(data['node']);
  switch (message['type']) {
    case 'status':
      return [{ kind: 'queue' }];
    case 'execution_start':
      return [{ kind: 'started', promptId }];
    case 'executing':
      return [node === null ? { kind: 'ended', promptId } : { kind: 'node', promptId, node }];
    case 'progress':
      return progressOf(promptId, node, data);
    case 'progress_state': {
      const nodes = isRecord(data['nodes']) ? Object.entries(data['nodes']) : [];
      return nodes.flatMap(([name, state]) =>
        isRecord(state) && state['state'] === 'running' ? progressOf(promptId, textOf(name), state) : [],
      );
    }
    case 'execution_success':
    case 'execution_error':
    case 'execution_interrupted':
      return [{ kind: 'ended', promptId }];
    default:
      return [];
  }
}

function progressOf(promptId: string | null, node: string | null, data: Readonly<Record<string, unknown>>): readonly ComfyUiEvent[] {
  const [value, max] = [numberOf(data['value']), numberOf(data['max'])];
  return node === null || value === null || max === null || max <= 0 ? [] : [{ kind: 'progress', promptId, node, value, max }];
}

/** Reads one binary message: a number that names its kind, then a preview with or without metadata. Empty for all else. */
export function readBinaryEvent(data: Buffer): readonly ComfyUiEvent[] {
  if (data.length < 8) return [];
  const kind = data.readUInt32BE(0);
  if (kind === PREVIEW) return previewOf(null, data.subarray(8));
  if (kind !== PREVIEW_WITH_METADATA) return [];
  const end = 8 + data.readUInt32BE(4);
  if (end > data.length) return [];
  try {
    const metadata: unknown = JSON.parse(data.toString('utf8', 8, end));
    return previewOf(isRecord(metadata) ? textOf(metadata['prompt_id']) : null, data.subarray(end));
  } catch {
    return [];
  }
}

function previewOf(promptId: string | null, image: Buffer): readonly ComfyUiEvent[] {
  const type = image[0] === 0x89 ? 'png' : image[0] === 0xff ? 'jpeg' : null;
  if (type === null || image.length > MAX_PREVIEW_BYTES) return [];
  return [{ kind: 'preview', promptId, preview: `data:image/${type};base64,${image.toString('base64')}` }];
}
