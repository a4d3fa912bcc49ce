import type { GatewayModel } from '../../../shared/capabilities/gateway/contract.ts';
import { panelError } from '../../../shared/errors.ts';
import { MAX_SENTENCE_CHARS, plainLines, plainText } from '../../../shared/plain-text.ts';
import { isRecord } from '../../../shared/record.ts';

const text = (value: unknown): string | null => (typeof value === 'string' ? plainText(value) || null : null);

/**
 * Reads the gateway's `GET /v1/models`: `{data: [{id, owned_by, backend?, upstream_model?, context_window?}]}`; an entry without an
 * id is left out. Chat models and aliases only, the gateway lists no image models. Throws gateway-models-unreadable.
 */
export function parseGatewayModels(body: string): GatewayModel[] {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    document = null;
  }
  const data = isRecord(document) ? document['data'] : null;
  if (!Array.isArray(data)) {
    throw panelError({
      code: 'gateway-models-unreadable',
      layer: 'gateway',
      message: 'The gateway returned an unreadable list of models.',
      hint: 'Retry. If it fails again, check the version of the gateway.',
      retryable: true,
      detail: plainLines(body, MAX_SENTENCE_CHARS),
    });
  }
  return data.filter(isRecord).flatMap((entry) => {
    const id = text(entry['id']);
    if (id === null) return [];
    const window = entry['context_window'];
    return [
      {
        id,
        ownedBy: text(entry['owned_by']),
        backend: text(entry['backend']),
        upstreamModel: text(entry['upstream_model']),
        contextWindow: typeof window === 'number' && window > 0 ? window : null,
      },
    ];
  });
}
