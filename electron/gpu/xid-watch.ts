import type { XidEvent } from '../../shared/contract/gpu.ts';
import type { Logger } from '../log.ts';
import type { Transport } from '../ssh/transport.ts';
import { createXidReader } from './xid.ts';
import { withCauses, withXid } from './xid-list.ts';

const ARGV = ['journalctl', '-k', '-o', 'json', '-f', '-n', '200', '--no-pager', '--output-fields=MESSAGE'];
const AGAIN_MS = 60_000;

/** Follows the kernel log for GPU errors while `signal` is not aborted; `known` seeds the list. Newest last, no doubles. */
export function watchXids(o: {
  readonly transport: Transport;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly known: readonly XidEvent[];
  onXids(xids: readonly XidEvent[]): void;
}): void {
  let xids = o.known;
  let timer: ReturnType<typeof setTimeout> | null = null;
  o.signal.addEventListener('abort', () => {
    if (timer !== null) clearTimeout(timer);
  });
  const follow = async (): Promise<void> => {
    try {
      const read = createXidReader();
      const stream = o.transport.lines(ARGV);
      const close = (): void => stream.close();
      o.signal.addEventListener('abort', close, { once: true });
      for await (const line of stream) {
        if (o.signal.aborted) break;
        const xid = read(line);
        const before = xids;
        if (xid !== null) xids = withXid(before, xid);
        if (xids !== before) o.onXids(withCauses(xids));
      }
      o.signal.removeEventListener('abort', close);
    } catch (cause) {
      if (!o.signal.aborted) o.log.info('gpu.kernel-log-ended', { cause: String(cause) });
    }
    // Without the right to read the kernel log it ends at once: asked again rarely, and no error for the operator.
    if (!o.signal.aborted) timer = setTimeout(follow, AGAIN_MS);
  };
  void follow();
}
