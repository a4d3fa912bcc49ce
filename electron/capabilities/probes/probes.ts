import { PROBES, type Probe, type ProbeId, type ProbesState } from '../../../shared/capabilities/probes/contract.ts';
import type { Logger } from '../../foundation/log/log.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { polledState } from '../../foundation/timing/polled-state.ts';
import { createJsonClient, type JsonClient } from '../backends/json-client.ts';
import { PROBE_KINDS, probeOnce } from './probe-once.ts';

const SHOWN_INTERVAL_MS = 10_000;
/** A program that is down is probed more often, to show its return soon. */
const DOWN_INTERVAL_MS = 3_000;
const HIDDEN_INTERVAL_MS = 60_000;

/** Whether the programs behind the services of one host reply. */
export interface Probes {
  state(): ProbesState;
  /** Probes now; resolves when the result is in the state. */
  refresh(): Promise<void>;
  onChange(listener: (state: ProbesState) => void): () => void;
  stop(): void;
}

/** Starts at once; pauses while the host is not connected. */
export function createProbes(o: {
  readonly transport: Pick<Transport, 'snapshot' | 'onChange' | 'httpAgent'>;
  /** Where InvokeAI and ComfyUI are queried, as {@link ProbesState} has it. */
  readonly addresses: () => ProbesState['addresses'];
  readonly isWindowShown: () => boolean;
  readonly log: Logger;
  readonly now: () => number;
  readonly clientOf?: (id: ProbeId) => Pick<JsonClient, 'request' | 'close'>;
}): Probes {
  const { transport, now } = o;
  const clientOf = o.clientOf ?? ((id) => createJsonClient({ ...PROBE_KINDS[id], agent: transport.httpAgent() }));
  const clients = PROBES.map((id) => ({ id, client: clientOf(id) }));
  let probes: readonly Probe[] = [];
  const state = (): ProbesState => ({ probes: [...probes], addresses: o.addresses() });

  const read = async (signal: AbortSignal): Promise<number | null> => {
    const found = await Promise.all(clients.map(async ({ id, client }) => ({ id, finding: await probeOnce(id, client, signal) })));
    // A probe that fails with the connection has no result for the program.
    if (signal.aborted || transport.snapshot.state.kind !== 'online') return null;
    const at = now();
    probes = found.flatMap(({ id, finding }): readonly Probe[] => {
      const before = probes.find((probe) => probe.id === id);
      if (finding === null) return before === undefined ? [] : [before];
      const isSame = before?.outcome === finding.outcome;
      if (!isSame) o.log.info('probes.outcome', { id, outcome: finding.outcome, code: finding.error?.code ?? '' });
      return [{ id, port: PROBE_KINDS[id].port, at, since: isSame ? before.since : at, ...finding }];
    });
    return probes.every(({ outcome }) => outcome === 'responding') ? SHOWN_INTERVAL_MS : DOWN_INTERVAL_MS;
  };
  const polled = polledState<ProbesState>({
    state,
    transport,
    isWindowShown: o.isWindowShown,
    hiddenEveryMs: HIDDEN_INTERVAL_MS,
    now,
    read,
    onFailure: () => DOWN_INTERVAL_MS,
    onOffline: () => {
      probes = [];
    },
  });
  return {
    state,
    refresh: polled.refresh,
    onChange: polled.onChange,
    stop: () => {
      polled.stop();
      for (const { client } of clients) client.close();
    },
  };
}
