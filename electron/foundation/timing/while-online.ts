import type { Transport } from '../ssh/transport.ts';

/**
 * Calls `run` for each connection that is online, the present one included, with a signal that aborts when that connection ends.
 * A round trip measured anew is no other connection. Returns its stop, which aborts as well. `run` must not throw.
 */
export function whileOnline(transport: Pick<Transport, 'snapshot' | 'onChange'>, run: (online: AbortSignal) => void): () => void {
  let current: { readonly since: number; readonly ended: AbortController } | null = null;
  const end = (): void => {
    const ending = current;
    current = null;
    ending?.ended.abort();
  };
  const follow = ({ state }: Transport['snapshot']): void => {
    if (state.kind === 'online' && current !== null && current.since === state.since) return;
    end();
    if (state.kind !== 'online') return;
    const ended = new AbortController();
    current = { since: state.since, ended };
    run(ended.signal);
  };
  const unsubscribe = transport.onChange(follow);
  follow(transport.snapshot);
  return () => {
    unsubscribe();
    end();
  };
}
