import { plainText } from '../../../shared/plain-text.ts';
import { isRecord } from '../../../shared/record.ts';
import type { Reply } from '../../foundation/http/client.ts';
import { listOf, textOf } from './values.ts';

export const SHIM_PEER = { code: 'shim', layer: 'backend', name: 'The images shim' } as const;

/** Whether the images shim could make an image now, and by its own account why not. */
export interface ShimReadiness {
  readonly isReady: boolean;
  /** One sentence for each of its links that fails. */
  readonly reasons: readonly string[];
}

const MAX_BODY_CHARS = 64 * 1024;
const MAX_REASONS = 10;

/**
 * Reads the reply to `GET /readyz` (ada2/images-shim/about.ts): 200 or 5xx with `links`, and `detail` where one fails; shims before it
 * have `detail` alone. Null = another program replied.
 */
export function readReadiness({ status, body }: Pick<Reply, 'status' | 'body'>): ShimReadiness | null {
  const document = status === 200 || status >= 500 ? parseJson(body.slice(0, MAX_BODY_CHARS)) : null;
  // A server error without a document of the shim may come from it as well.
  if (!isRecord(document)) return status >= 500 ? { isReady: false, reasons: [] } : null;
  if (status === 200) return { isReady: true, reasons: [] };
  const failing = listOf(document['links']).filter((link) => link['ok'] === false);
  const message = failing.slice(0, MAX_REASONS).flatMap((link) => textOf(link['said']) ?? []);
  const reasons = message.length > 0 ? message : [textOf(document['detail']) ?? []].flat();
  return { isReady: false, reasons: reasons.map((reason) => plainText(reason)) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
