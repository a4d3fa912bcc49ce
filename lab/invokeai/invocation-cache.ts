import type { Graph } from './graph.ts';
import type { Plan } from './plan.ts';

/** More than a visitor notices; the real one holds as many as `node_cache_size`. */
const MAX_ENTRIES = 50;

/** Latents of earlier jobs: a node that may use the cache and has the same inputs is not run again. Gone with the process. */
export class InvocationCache {
  readonly #keys = new Set<string>();

  has(plan: Plan, graph: Graph): boolean {
    return this.#keys.has(keyOf(plan, graph) ?? '');
  }

  add(plan: Plan, graph: Graph): void {
    const key = keyOf(plan, graph);
    if (key === null) return;
    this.#keys.add(key);
    const [oldest] = this.#keys;
    if (this.#keys.size > MAX_ENTRIES && oldest !== undefined) this.#keys.delete(oldest);
  }

  clear(): void {
    this.#keys.clear();
  }
}

/** What decides about the latents; null where the node is not to use the cache. */
function keyOf(plan: Plan, graph: Graph): string | null {
  const denoise = Object.values(graph.nodes).find((node) => /^(flux_)?denoise/.test(node.type));
  if (denoise === undefined || plan.modelKey === null || denoise['use_cache'] === false) return null;
  return JSON.stringify([plan.modelKey, plan.recipe, denoise['cfg_scale'], denoise['scheduler']]);
}
