import { request } from 'node:http';
import type { LabFault } from '../base/faults.ts';
import { BACKENDS, IMAGES_CLASS, imagesClassOf } from './backends.ts';

const PROBE_TIMEOUT_MS = 5_000;
/** How long ago the last check was where checks have stopped. */
const STALE_S = 300;
/** nginx of the simulated host. */
const NGINX_PORT = 7860;

export interface BackendHealth {
  readonly healthy: boolean;
  readonly ready: boolean;
  readonly last_check: number;
  readonly error: string | null;
}

type Probe = { readonly status: number } | { readonly error: string };

/** What the last sweep over all backends found; a backend that was not looked at yet is not in it. */
export class Health {
  readonly #portOf: (port: number) => number | null;
  readonly #faults: ReadonlySet<LabFault>;
  readonly #now: () => number;
  readonly #known = new Map<string, BackendHealth>();

  constructor(o: { readonly portOf: (port: number) => number | null; readonly faults: ReadonlySet<LabFault>; readonly now: () => number }) {
    this.#portOf = o.portOf;
    this.#faults = o.faults;
    this.#now = o.now;
  }

  forget(): void {
    this.#known.clear();
  }

  of(name: string): BackendHealth | null {
    return this.rows()[name] ?? null;
  }

  /** As `backend_health` reports it: in the order in which the checks ended. */
  rows(): Record<string, BackendHealth> {
    const faults = this.#faults;
    if (faults.has('gateway-not-checked-yet')) return {};
    const isListed = (name: string): boolean => name !== imagesClassOf(faults) || !faults.has('gateway-without-backend');
    return Object.fromEntries([...this.#known].filter(([name]) => isListed(name)).map(([name, row]) => [name, this.#faulty(name, row)]));
  }

  #faulty(name: string, row: BackendHealth): BackendHealth {
    const isStale = this.#faults.has('gateway-checks-stopped');
    const isUnset = this.#faults.has('gateway-base-url-missing') && name === imagesClassOf(this.#faults);
    return { ...row, ...(isUnset ? CONSTANT['not-configured'] : {}), last_check: row.last_check - (isStale ? STALE_S : 0) };
  }

  async sweep(): Promise<void> {
    await Promise.all(
      BACKENDS.map(async ({ name, health }) => {
        const isRequested = health === 'asked' || name === imagesClassOf(this.#faults);
        const found = isRequested ? await this.#ask() : CONSTANT[health];
        this.#known.delete(name);
        this.#known.set(name, { ...found, last_check: this.#now() / 1000 });
      }),
    );
  }

  /** Liveness must be 200; readiness is asked only of who is alive. A bad status leaves `error` empty, as the real one does. */
  async #ask(): Promise<Omit<BackendHealth, 'last_check'>> {
    const live = await this.#probe('/healthz');
    if ('error' in live) return { healthy: false, ready: false, error: live.error };
    if (live.status !== 200) return { healthy: false, ready: false, error: null };
    if (this.#faults.has('gateway-not-ready')) return { healthy: true, ready: false, error: null };
    const ready = await this.#probe('/readyz');
    if ('error' in ready) return { healthy: true, ready: false, error: ready.error };
    return { healthy: true, ready: ready.status === 200, error: null };
  }

  #probe(path: string): Promise<Probe> {
    const port = this.#portOf(NGINX_PORT);
    if (port === null) return Promise.resolve({ error: 'ConnectError: All connection attempts failed' });
    return new Promise((resolve) => {
      const sent = request({ host: '127.0.0.1', port, path, agent: false, timeout: PROBE_TIMEOUT_MS }, (reply) => {
        reply.resume();
        reply.once('end', () => resolve({ status: reply.statusCode ?? 0 }));
        reply.once('error', () => resolve({ error: 'ReadError: ' }));
      });
      sent.once('timeout', () => sent.destroy(new Error('timeout')));
      sent.once('error', (cause) =>
        resolve({ error: cause.message === 'timeout' ? 'ReadTimeout: ' : 'ConnectError: All connection attempts failed' }),
      );
      sent.end();
    });
  }
}

const CONSTANT: Readonly<Record<'good' | 'not-configured' | 'unreachable', Omit<BackendHealth, 'last_check'>>> = {
  good: { healthy: true, ready: true, error: null },
  'not-configured': { healthy: false, ready: false, error: 'base_url not configured' },
  unreachable: { healthy: false, ready: false, error: 'ConnectError: All connection attempts failed' },
};

/** The gateway's facts of a backend besides its health. */
export function describe(name: string): { backend_class: string; base_url: string; host: string; description: string } {
  const isHeavy = name === IMAGES_CLASS;
  return {
    backend_class: name,
    base_url: isHeavy ? `http://ada2:${NGINX_PORT}` : 'http://ai1:9050',
    host: isHeavy ? 'ada2' : 'ai1',
    description: isHeavy ? 'InvokeAI on the RTX 6000 Ada' : 'a backend of the lab',
  };
}
