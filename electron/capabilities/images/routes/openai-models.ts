import type { RouteModel } from '../../../../shared/capabilities/images/contract.ts';
import { isRecord } from '../../../../shared/record.ts';
import type { JsonClient } from '../../backends/json-client.ts';
import { listOf, textOf } from '../../backends/values.ts';

/** Time limit of a read for the state of a route. */
export const STATE_TIMEOUT_MS = 6_000;

/** The models of `GET /v1/models` of the images shim that make images. Throws what the client throws. */
export async function readShimModels(shim: JsonClient): Promise<RouteModel[]> {
  const document = await shim.json({ path: '/v1/models', timeoutMs: STATE_TIMEOUT_MS });
  return listOf(isRecord(document) ? document['data'] : null).flatMap((entry) => {
    const name = textOf(entry['id']);
    const metadata = isRecord(entry['metadata']) ? entry['metadata'] : {};
    // An earlier shim lists every kind of model, by keys; only mains make images.
    if (name === null || (metadata['type'] !== undefined && metadata['type'] !== 'main')) return [];
    return [{ name: textOf(entry['name']) ?? name, base: textOf(metadata['base']), isMissing: metadata['available'] === false }];
  });
}
