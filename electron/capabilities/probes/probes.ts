import { PROBES, type Probe, type ProbeId, type ProbesState } from '../../../shared/capabilities/probes/contract.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import type { Logger } from '../../foundation/log/log.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { type Loop, startLoop } from '../../foundation/timing/loop.ts';
import { createJsonClient, type JsonClient } from '../backends/json-client.ts';
import { PROBE_KINDS, probeOnce } from './probe-once.ts';

const SHOWN_EVERY_MS = 10_000;
/** While something is down somebody waits for it to come back. */
const DOWN_EVERY_MS = 3_000;
const HIDDEN_EVERY_MS = 60_000;

/** Whether the programs behind the services of one host reply. */
export interface Probes {
  state(): ProbesState;
  /** Probes now; resolves when the result is in the state. */
  refresh(): Promise<void>;
  onChange(listener: (state: ProbesState) => void): () => void;
  stop(): void;
}

/** Begins at once, and rests while the host is not connected. */
export function createProbes(o: {
  readonly hostId: string;
  readonly transport: Pick<Transport, 'snapshot' | 'onChange' | 'httpAgent'>;
  /** Where InvokeAI and ComfyUI are queried, as {@link ProbesState} has it. */
  readonly addresses: () => ProbesState['addresses'];
  readonly isWindowShown: () => boolean;
  readonly log: Logger;
  readonly now: () => number;
  readonly clientOf?: (id: ProbeId) => Pick<JsonClient, 'ask' | 'close'>;
}): Probes {
  const changes = createEmitter<ProbesState>();
  const clientOf = o.clientOf ?? ((id) => createJsonClient({ ...PROBE_KINDS[id], agent: o.transport.httpAgent() }));
  const clients = PROBES.map((id) => ({ id, client: clientOf(id) }));
  let probes: readonly Probe[] = [];
  let loop: Loop | null = null;

  const isOnline = (): boolean => o.transport.snapshot.state.kind === 'online';
  const state = (): ProbesState => ({ hostId: o.hostId, probes: [...probes], addresses: o.addresses() });
  const publish = (next: readonly Probe[]): void => {
    probes = next;
    changes.emit(state());
  };

  const turn = async (signal: AbortSignal): Promise<number | null> => {
    if (!isOnline()) {
      if (probes.length > 0) publish([]);
      return null;
    }
    const found = await Promise.all(clients.map(async ({ id, client }) => ({ id, finding: await probeOnce(id, client, signal) })));
    // What fails together with the connection says nothing of the programs.
    if (signal.aborted || !isOnline()) return isOnline() ? SHOWN_EVERY_MS : null;
    const at = o.now();
    const next = found.flatMap(({ id, finding }): readonly Probe[] => {
      const before = probes.find((probe) => probe.id === id);
      if (finding === null) return before === undefined ? [] : [before];
      if (before?.outcome !== finding.outcome)
        o.log.info('probes.outcome', { id, outcome: finding.outcome, code: finding.error?.code ?? '' });
      const since = before?.outcome === finding.outcome ? before.since : at;
      return [{ id, port: PROBE_KINDS[id].port, at, since, ...finding }];
    });
    publish(next);
    if (!o.isWindowShown()) return HIDDEN_EVERY_MS;
    return next.every(({ outcome }) => outcome === 'responding') ? SHOWN_EVERY_MS : DOWN_EVERY_MS;
  };

  let wasOnline = isOnline();
  const stopListening = o.transport.onChange(() => {
    if (isOnline() !== wasOnline) void loop?.now();
    wasOnline = isOnline();
  });
  loop = startLoop(turn);
  return {
    state,
    refresh: async () => loop?.now(),
    onChange: changes.on,
    stop: () => {
      stopListening();
      loop?.stop();
      for (const { client } of clients) client.close();
    },
  };
}
