import { randomBytes } from 'node:crypto';
import { isRecord } from '../../shared/record.ts';
import type { LabFault } from '../base/faults.ts';
import type { Answer } from './images.ts';
import type { ToolCounters } from './observability.ts';

const TOOLS = ['noop', 'http_fetch', 'http_fetch_local', 'system_info', 'models_refresh'] as const;
type Tool = (typeof TOOLS)[number];
const ELAPSED_MS: Readonly<Record<Tool, number>> = {
  noop: 1.4,
  http_fetch: 6.2,
  http_fetch_local: 5.1,
  system_info: 2.2,
  models_refresh: 41,
};

const isTool = (name: unknown): name is Tool => TOOLS.some((tool) => tool === name);
const notFound = (detail: string): Answer => ({ status: 404, body: { detail } });

/** The tools that the token may use, each run logged for its replay. */
export class Tools {
  readonly #counters: ToolCounters;
  readonly #faults: ReadonlySet<LabFault>;
  readonly #runs = new Map<string, unknown>();

  constructor(counters: ToolCounters, faults: ReadonlySet<LabFault>) {
    this.#counters = counters;
    this.#faults = faults;
  }

  /** What is below `/v1/tools`; null = another path. */
  answer(method: string, path: string, fields: Readonly<Record<string, unknown>>): Answer | null {
    if (this.#faults.has('gateway-without-tools') && path.startsWith('/v1/tools')) return notFound('Not Found');
    if (`${method} ${path}` === 'GET /v1/tools')
      return { status: 200, body: { object: 'list', data: this.#listed().map((name) => ({ name })) } };
    if (`${method} ${path}` === 'POST /v1/tools') return this.#run(fields['name'], fields['arguments']);
    if (method === 'POST' && path.startsWith('/v1/tools/')) return this.#run(path.slice('/v1/tools/'.length), fields['arguments']);
    if (method !== 'GET' || !path.startsWith('/v1/tools/replay/')) return null;
    const found = this.#runs.get(path.slice('/v1/tools/replay/'.length));
    return found === undefined ? notFound('replay not found') : { status: 200, body: found };
  }

  #listed(): readonly Tool[] {
    return this.#faults.has('gateway-tools-fail') ? TOOLS.filter((name) => name !== 'noop') : TOOLS;
  }

  #run(name: unknown, given: unknown): Answer {
    if (!isTool(name)) return notFound('unknown tool');
    const isOk = !this.#faults.has('gateway-tools-fail');
    this.#counters.add(name, isOk ? 'ok' : 'error', ELAPSED_MS[name]);
    const id = `replay-${randomBytes(6).toString('hex')}`;
    const fetched = name.startsWith('http_fetch') ? { status: isOk ? 200 : 502, body: isOk ? '{"ok":true}' : '' } : {};
    const body = { ok: isOk, ...(isOk ? {} : { error: 'the tool failed' }), ...fetched, replay_id: id };
    if (isOk) this.#runs.set(id, { replay_id: id, name, arguments: isRecord(given) ? given : {}, result: body });
    return { status: 200, body };
  }
}
