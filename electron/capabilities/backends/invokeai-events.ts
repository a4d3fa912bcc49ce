import { io } from 'socket.io-client';
import { createEmitter } from '../../../shared/emitter.ts';
import { isRecord } from '../../../shared/record.ts';
import type { BackendEndpoint, EndpointAddress } from './backend-endpoint.ts';
import { numberOf, textOf } from './values.ts';

const PREVIEW = /^data:image\/(png|jpeg|webp);base64,[A-Za-z0-9+/=]+$/;
/** A preview has a few kilobytes; much larger data is not a preview. */
const MAX_PREVIEW_CHARS = 400_000;

export type InvokeAiEvent =
  | {
      readonly kind: 'item';
      readonly itemId: number;
      readonly status: string;
      readonly destination: string | null;
      readonly origin: string | null;
    }
  | {
      readonly kind: 'progress';
      readonly itemId: number;
      readonly message: string;
      /** 0 to 1; null = no telling. */
      readonly share: number | null;
      /** A small image as a data URL. */
      readonly preview: string | null;
    }
  /** Many jobs at once: added, cancelled, retried or deleted. InvokeAI sends no event of each then. */
  | { readonly kind: 'queue' }
  | { readonly kind: 'install' }
  | { readonly kind: 'models' }
  /** The connection to InvokeAI opened or closed: missed events are not sent again, so read everything anew. */
  | { readonly kind: 'line'; readonly isUp: boolean };

/** A live socket to InvokeAI's events. */
interface EventSocket {
  /** Reconnects where Socket.IO does not do so automatically. */
  revive(): void;
  close(): void;
}

/** Listens to InvokeAI's events by Socket.IO, which retries a lost connection automatically, but not a refusal by the server. */
function listenToInvokeAi(o: {
  readonly place: EndpointAddress;
  readonly token: () => string | null;
  readonly listener: (event: InvokeAiEvent) => void;
}): EventSocket {
  const { listener } = o;
  const { hostName, port, agent } = o.place;
  const options: NonNullable<Parameters<typeof io>[1]> = {
    path: '/ws/socket.io',
    transports: ['websocket'],
    reconnectionDelay: 1_000,
    reconnectionDelayMax: 10_000,
    // Read at each attempt, since the token changes.
    auth: (send) => {
      const token = o.token();
      send(token === null ? {} : { token });
    },
  };
  // Its types speak of browsers only; in Node it is the agent of the HTTP request.
  Reflect.set(options, 'agent', agent);
  const socket = io(`http://${hostName.includes(':') ? `[${hostName}]` : hostName}:${port}`, options);
  socket.on('connect', () => {
    socket.emit('subscribe_queue', { queue_id: 'default' });
    listener({ kind: 'line', isUp: true });
  });
  socket.on('disconnect', () => listener({ kind: 'line', isUp: false }));
  socket.onAny((name: string, payload: unknown) => {
    const event = readEvent(name, payload);
    if (event !== null) listener(event);
  });
  return {
    // `active` is false only where Socket.IO has given up: the server refused the namespace, or ended the session.
    revive: () => {
      if (!socket.active) socket.connect();
    },
    close: () => {
      socket.removeAllListeners();
      socket.disconnect();
    },
  };
}

/** The event connection to InvokeAI, opened on first use and then held: opening takes a third of a second. */
export interface InvokeAiEvents {
  /** Opens the line, or connects again after a refusal. To be called whenever InvokeAI has answered. */
  open(): void;
  /** Reconnects with the current token. */
  reopen(): void;
  onEvent(listener: (event: InvokeAiEvent) => void): () => void;
  close(): void;
}

/** `token` is the login's where InvokeAI has logins, else null. */
export function createInvokeAiEvents(endpoint: BackendEndpoint, token: () => string | null = () => null): InvokeAiEvents {
  const events = createEmitter<InvokeAiEvent>();
  let socket: EventSocket | null = null;
  const open = (): void => {
    if (socket === null) socket = listenToInvokeAi({ place: endpoint.address(), token, listener: events.emit });
    else socket.revive();
  };
  const reopen = (): void => {
    if (socket === null) return;
    socket.close();
    socket = null;
    events.emit({ kind: 'line', isUp: false });
    open();
  };
  const stopMoving = endpoint.onChange(reopen);
  return {
    open,
    reopen,
    onEvent: (listener) => {
      const stop = events.on(listener);
      open();
      return stop;
    },
    close: () => {
      stopMoving();
      socket?.close();
      socket = null;
      events.clear();
    },
  };
}

const OF_THE_QUEUE: ReadonlySet<string> = new Set(['batch_enqueued', 'queue_cleared', 'queue_items_canceled', 'queue_items_retried']);

/** One event of InvokeAI 4.2 to 6.14; null for those the panel has no use for. */
export function readEvent(name: string, payload: unknown): InvokeAiEvent | null {
  if (name.startsWith('model_install_')) return { kind: name === 'model_install_complete' ? 'models' : 'install' };
  if (OF_THE_QUEUE.has(name)) return { kind: 'queue' };
  if (!isRecord(payload)) return null;
  const itemId = numberOf(payload['item_id']);
  if (itemId === null) return null;
  if (name === 'queue_item_status_changed') {
    const { status, destination, origin } = payload;
    return { kind: 'item', itemId, status: textOf(status) ?? 'unknown', destination: textOf(destination), origin: textOf(origin) };
  }
  // Two names for one thing: 4.2 says the first, 5.0 and later the second.
  if (name !== 'invocation_denoise_progress' && name !== 'invocation_progress') return null;
  const image = isRecord(payload['image']) ? payload['image']['dataURL'] : null;
  const share = numberOf(payload['percentage']);
  return {
    kind: 'progress',
    itemId,
    message: textOf(payload['message']) ?? 'Denoising',
    share: share === null ? null : Math.min(1, Math.max(0, share)),
    preview: typeof image === 'string' && image.length <= MAX_PREVIEW_CHARS && PREVIEW.test(image) ? image : null,
  };
}
