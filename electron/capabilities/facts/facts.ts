import { HostFacts } from '../../../shared/capabilities/facts/contract.ts';
import { HOST_SCRIPTS, scriptArgv } from '../../../shared/host-scripts/index.ts';
import type { LastKnown } from '../../foundation/files/last-known.ts';
import type { Logger } from '../../foundation/log/log.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { parseHostFacts } from './parse-facts.ts';

const REMEMBERED = 'facts';
const READ_TIMEOUT_MS = 15_000;

/** Facts about a host, read once per connection; null before the first reading. */
export interface Facts {
  current(): HostFacts | null;
  onChange(listener: (facts: HostFacts | null) => void): () => void;
  stop(): void;
}

export function createFacts(o: {
  readonly hostId: string;
  readonly transport: Pick<Transport, 'exec' | 'onChange'>;
  readonly lastKnown: LastKnown;
  readonly log: Logger;
  readonly now: () => number;
}): Facts {
  const listeners = new Set<(facts: HostFacts | null) => void>();
  let facts = HostFacts.nullable()
    .catch(null)
    .parse(o.lastKnown.recall(o.hostId, REMEMBERED) ?? null);
  let onlineSince: number | null = null;
  const read = async (): Promise<void> => {
    const requestedAt = o.now();
    const answer = await o.transport.exec(scriptArgv(HOST_SCRIPTS.facts), { timeoutMs: READ_TIMEOUT_MS });
    facts = parseHostFacts(answer.stdout, requestedAt, o.now());
    o.lastKnown.remember(o.hostId, REMEMBERED, facts);
    for (const listener of listeners) listener(facts);
  };
  const stop = o.transport.onChange(({ state }) => {
    if (state.kind !== 'online') {
      onlineSince = null;
      return;
    }
    if (state.since === onlineSince) return;
    onlineSince = state.since;
    read().catch((cause: unknown) => o.log.warn('facts.failed', { cause: String(cause) }));
  });
  return {
    current: () => facts,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop,
  };
}
