import type { ImageParameters } from '../../../../shared/capabilities/images/contract.ts';
import { withoutApiPath } from '../../../../shared/gateway-address.ts';
import { quoteArgv } from '../../../foundation/ssh/quote.ts';

export const GENERATIONS_PATH = '/v1/images/generations';

/** The body both the gateway and the shim understand; the seed is always given, so that it is known. */
export function openAiBody(parameters: ImageParameters): Readonly<Record<string, unknown>> {
  const { prompt, negativePrompt, width, height, steps, guidance, seed, model, scheduler, count } = parameters;
  return {
    prompt,
    ...(negativePrompt.trim() === '' ? {} : { negative_prompt: negativePrompt }),
    n: count,
    size: `${width}x${height}`,
    steps,
    guidance_scale: guidance,
    ...(seed === null ? {} : { seed }),
    ...(model === null ? {} : { model }),
    ...(scheduler === null ? {} : { scheduler }),
    // Its URLs die after 15 minutes, and ask for a session the token is none of.
    response_format: 'b64_json',
  };
}

/** The request for a terminal; the token is for the reader to put in. */
export function curlOf(o: {
  readonly address: string;
  readonly body: unknown;
  readonly hasToken: boolean;
  readonly isOwnCertificate: boolean;
}): string {
  const words = [
    'curl',
    '-sS',
    ...(o.isOwnCertificate ? ['--cacert', 'gateway-authority.pem'] : []),
    `${withoutApiPath(o.address)}${GENERATIONS_PATH}`,
    '-H',
    'content-type: application/json',
    '-d',
    JSON.stringify(o.body),
  ];
  const token = o.hasToken ? ' -H "authorization: Bearer $GATEWAY_TOKEN"' : '';
  return `${quoteArgv(words)}${token}`;
}
