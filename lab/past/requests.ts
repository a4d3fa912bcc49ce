import { between, type Random, randomHex } from '../base/random.ts';
import type { RequestLine } from '../gateway/request-log.ts';

/** A chat of somebody else every so often while people are at work, and hardly any at night. */
const CHAT_PAUSE_MS = { busy: [20_000, 90_000], quiet: [600_000, 2_400_000] } as const;
const CHATS = [
  { backend: 'local_mlx', model: 'qwen3-30b-a3b', meanMs: 4_200 },
  { backend: 'ollama', model: 'llama3.1:8b', meanMs: 2_600 },
] as const;
const RETRY_MS = 20_000;

/** The gateway's log of requests over the lab's past. */
export class PastRequests {
  readonly lines: RequestLine[] = [];
  readonly #random: Random;
  #chatAtMs = 0;
  #refusedAtMs = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** An image that ended at `atMs`. */
  image(atMs: number, o: { readonly elapsedMs: number; readonly status: number }): void {
    this.#add({ atMs, path: '/v1/images/generations', ...o });
  }

  /** Lives through a moment. `isReady`: whether images are taken; `isFull`: whether all their slots are in use. */
  step(atMs: number, o: { readonly isBusy: boolean; readonly isReady: boolean; readonly isFull: boolean }): void {
    if (atMs >= this.#chatAtMs) {
      if (this.#chatAtMs > 0) this.#chat(atMs);
      const [low, high] = o.isBusy ? CHAT_PAUSE_MS.busy : CHAT_PAUSE_MS.quiet;
      this.#chatAtMs = atMs + between(this.#random, low, high);
    }
    // A client asks again and again while its images are refused.
    if (!o.isBusy || atMs < this.#refusedAtMs || (o.isReady && !o.isFull)) return;
    this.#refusedAtMs = atMs + RETRY_MS;
    this.#add({
      atMs,
      elapsedMs: between(this.#random, 1, 6),
      path: '/v1/images/generations',
      status: o.isReady ? 429 : 503,
    });
  }

  #chat(atMs: number): void {
    const { backend, model, meanMs } = CHATS[this.#random() < 0.6 ? 0 : 1];
    const elapsedMs = meanMs * Math.exp((this.#random() + this.#random() + this.#random() - 1.5) * 1.1);
    const isFailed = this.#random() < 0.015;
    this.#add({
      atMs,
      elapsedMs: isFailed ? between(this.#random, 3, 40) : elapsedMs,
      path: '/v1/chat/completions',
      status: isFailed ? 502 : 200,
      more: {
        backend,
        backend_class: backend,
        has_tools: false,
        op: 'chat',
        router_reason: 'policy',
        upstream_model: model,
        upstream_ms: Math.round(elapsedMs * 0.98 * 100) / 100,
      },
    });
  }

  #add(o: {
    readonly atMs: number;
    readonly elapsedMs: number;
    readonly path: string;
    readonly status: number;
    readonly more?: Readonly<Record<string, unknown>>;
  }): void {
    this.lines.push({ ...o, method: 'POST', id: `req-${randomHex(this.#random, 24)}` });
  }
}
