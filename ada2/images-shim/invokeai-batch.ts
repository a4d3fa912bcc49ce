import { isRecord } from '../../shared/record.ts';
import type { BackendHttp, CancelSignal } from './backend-http.ts';

const TIMEOUT_MS = 10_000;
const PAGE = 500;
const MAX_PAGES = 40;

/** The item a batch of one became, for InvokeAI before 5.1, whose reply to an enqueued batch does not number it; null = not found. */
export async function itemOfBatch(http: BackendHttp, o: { queue: string; batchId: string; signal: CancelSignal }): Promise<number | null> {
  let after = '';
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const reply = await http.json({ path: `${o.queue}/list?limit=${PAGE}${after}`, timeoutMs: TIMEOUT_MS, signal: o.signal });
    const listed: unknown = isRecord(reply) ? reply['items'] : null;
    const items: readonly unknown[] = Array.isArray(listed) ? listed : [];
    const found = items.find((item) => isRecord(item) && item['batch_id'] === o.batchId);
    if (isRecord(found) && typeof found['item_id'] === 'number') return found['item_id'];
    const last = items[items.length - 1];
    if (!isRecord(reply) || reply['has_more'] !== true || !isRecord(last)) return null;
    after = `&cursor=${String(last['item_id'])}&priority=${String(last['priority'])}`;
  }
  return null;
}
