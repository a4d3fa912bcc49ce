import { PanelException } from '../../../shared/errors.ts';
import type { Transport } from './transport.ts';

/**
 * Resolves once the connection is online. Rejects with what it is blocked by or why it was lost, with the signal's reason when that aborts first.
 * A connection that is offline is waited for: somebody else dials it.
 */
export async function untilOnline(transport: Pick<Transport, 'snapshot' | 'onChange'>, signal: AbortSignal): Promise<void> {
  let stop = (): void => {};
  try {
    await new Promise<void>((resolve, reject) => {
      const look = ({ state }: Transport['snapshot']): void => {
        if (state.kind === 'online') resolve();
        if (state.kind === 'blocked' || state.kind === 'reconnecting') reject(new PanelException(state.cause));
      };
      const unsubscribe = transport.onChange(look);
      const onAbort = (): void => reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      stop = () => {
        unsubscribe();
        signal.removeEventListener('abort', onAbort);
      };
      signal.throwIfAborted();
      look(transport.snapshot);
    });
  } finally {
    stop();
  }
}
