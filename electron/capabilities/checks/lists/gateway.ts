import { parseGatewayModels } from '../../gateway/models.ts';
import { requireSuccess } from '../../gateway/reading.ts';
import { type Check, pass } from '../check.ts';

/** The gateway asks each of its backends for 30 s. */
const MODELS_TIMEOUT_MS = 75_000;

export const GATEWAY_CHECKS: readonly Check[] = [
  {
    id: 'models',
    title: 'Chat models',
    group: 'gateway',
    layer: 'gateway',
    cost: 'reads',
    about: 'GET /v1/models returns 200 and a list.',
    run: async ({ gateway, nowMs }) => {
      const reply = requireSuccess(await gateway.request({ path: '/v1/models', timeoutMs: MODELS_TIMEOUT_MS }), nowMs);
      const models = parseGatewayModels(reply.body);
      return pass(`${models.length} models and aliases`, models.map(({ id }) => id).join(', '));
    },
  },
];
