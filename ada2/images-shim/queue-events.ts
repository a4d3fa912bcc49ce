import { imageNameOfEvent } from '../../shared/image-graphs/invokeai.ts';
import { isRecord } from '../../shared/record.ts';
import { type BackendHttp, CancelSource } from './backend-http.ts';
import type { Preview } from './stream-answer.ts';

const PATH = '/ws/socket.io/?EIO=4&transport=polling';
/** The server pings every 25 s; a poll that is silent for longer is dead. */
const POLL_TIMEOUT_MS = 60_000;
const SHORT_MS = 5_000;
const RETRY_INTERVAL_MS = 2_000;
const MAX_PREVIEW_CHARS = 2_000_000;
const MESSAGE_END = '\x1e';

/**
 * InvokeAI's news about its queue, by Engine.IO 4 long polling: the end of a job is known at once, without asking for it all the
 * time. Listens only while a client waits. Where it does not work, a query now and then still finds the end.
 */
export class QueueEvents {
  readonly #http: BackendHttp;
  readonly #queueId: string;
  readonly #waiting = new Map<number, Set<() => void>>();
  readonly #previews = new Map<number, (preview: Preview) => void>();
  readonly #images = new Map<number, (name: string) => void>();
  #leaving: CancelSource | null = null;
  #again: NodeJS.Timeout | undefined;
  #isListening = false;

  constructor(http: BackendHttp, queueId: string) {
    this.#http = http;
    this.#queueId = queueId;
  }

  /** Whether news would come. */
  get isListening(): boolean {
    return this.#isListening;
  }

  /** Calls the listener whenever there is news of this item; returns its unsubscribe. */
  onItem(itemId: number, listener: () => void): () => void {
    const listeners = this.#waiting.get(itemId) ?? new Set();
    listeners.add(listener);
    this.#waiting.set(itemId, listeners);
    if (this.#leaving === null) this.#begin();
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#waiting.delete(itemId);
      if (this.#waiting.size === 0) this.close();
    };
  }

  /** Calls the listener with the previews of this item, while a client waits for it; returns its unsubscribe. */
  onPreview(itemId: number, listener: (preview: Preview) => void): () => void {
    this.#previews.set(itemId, listener);
    return () => void this.#previews.delete(itemId);
  }

  /** Calls the listener with the name of this item's image once it is saved, which is before the item ends; returns its unsubscribe. */
  onImage(itemId: number, listener: (name: string) => void): () => void {
    this.#images.set(itemId, listener);
    return () => void this.#images.delete(itemId);
  }

  close(): void {
    clearTimeout(this.#again);
    this.#isListening = false;
    this.#leaving?.cancel();
    this.#leaving = null;
  }

  #begin(): void {
    const cancelSource = new CancelSource();
    this.#leaving = cancelSource;
    this.#listen(cancelSource).catch(() => {
      if (cancelSource.isCancelled) return;
      this.#isListening = false;
      // Who relied on news asks for himself from now on.
      this.#tellAll();
      this.#again = setTimeout(() => {
        if (!cancelSource.isCancelled) this.#begin();
      }, RETRY_INTERVAL_MS);
    });
  }

  async #listen(signal: CancelSource): Promise<void> {
    const opened = await this.#http.ask({ path: PATH, timeoutMs: SHORT_MS, signal });
    const hello: unknown = JSON.parse(opened.body.toString('utf8').slice(1));
    const sid = isRecord(hello) ? hello['sid'] : null;
    if (typeof sid !== 'string') throw new Error('no session');
    const path = `${PATH}&sid=${encodeURIComponent(sid)}`;
    const say = (text: string) => this.#http.ask({ method: 'POST', path, text, timeoutMs: SHORT_MS, signal });
    await say('40');
    await say(`42${JSON.stringify(['subscribe_queue', { queue_id: this.#queueId }])}`);
    this.#isListening = true;
    // The event of an item that ended before the subscription was missed.
    this.#tellAll();
    for (;;) {
      const reply = await this.#http.ask({ path, timeoutMs: POLL_TIMEOUT_MS, signal });
      if (reply.status !== 200) throw new Error(`status ${reply.status}`);
      for (const packet of reply.body.toString('utf8').split(MESSAGE_END)) {
        if (packet === '2') await say('3');
        else if (packet.startsWith('42')) this.#take(packet.slice(2));
        else if (packet === '1') throw new Error('closed');
      }
    }
  }

  #take(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    const [event, data]: readonly unknown[] = Array.isArray(message) ? message : [];
    if (event === 'invocation_progress' && isRecord(data)) this.#showPreview(data);
    if (event === 'invocation_complete' && isRecord(data)) this.#tellImage(data);
    if (event !== 'queue_item_status_changed' || !isRecord(data)) {
      if (event === 'queue_cleared' || event === 'queue_items_canceled') this.#tellAll();
      return;
    }
    const itemId = data['item_id'];
    if (typeof itemId === 'number') for (const listener of this.#waiting.get(itemId) ?? []) listener();
  }

  #tellImage(data: Readonly<Record<string, unknown>>): void {
    const { item_id: itemId } = data;
    const name = imageNameOfEvent(data);
    if (typeof itemId === 'number' && name !== null) this.#images.get(itemId)?.(name);
  }

  #showPreview(data: Readonly<Record<string, unknown>>): void {
    const { item_id: itemId, image } = data;
    const listener = typeof itemId === 'number' ? this.#previews.get(itemId) : undefined;
    const url = isRecord(image) ? image['dataURL'] : null;
    if (listener === undefined || typeof url !== 'string' || url.length > MAX_PREVIEW_CHARS) return;
    const comma = url.indexOf(',');
    const head = /^data:(image\/(?:png|jpeg|webp));base64$/.exec(url.slice(0, comma));
    if (head?.[1] !== undefined) listener({ mime: head[1], base64: url.slice(comma + 1) });
  }

  #tellAll(): void {
    for (const listeners of this.#waiting.values()) for (const listener of listeners) listener();
  }
}
