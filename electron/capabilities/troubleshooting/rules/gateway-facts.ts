import type { GatewayState } from '../../../../shared/capabilities/gateway/contract.ts';
import type { SymptomId } from '../../../../shared/capabilities/troubleshooting/symptoms.ts';
import type { FileState } from '../../../foundation/host-reader/answers.ts';
import { type Evidence, need, unknown } from '../evidence.ts';

export const STATUS = 'GET /v1/gateway/status';

export const OF_GATEWAY: readonly SymptomId[] = [
  'gateway-503',
  'gateway-502',
  'gateway-429',
  'gateway-forgets-backend',
  'base64-instead-of-url',
];

type Live = GatewayState & { readonly profile: NonNullable<GatewayState['profile']> };

/** The gateway with a fresh reading; throws MissingEvidence where there is none. */
export function liveGateway(evidence: Evidence): Live & { readonly reading: NonNullable<GatewayState['reading']> } {
  const state = need(evidence.gateway);
  const { profile, reading, phase } = state;
  if (profile === null) return need(unknown('no gateway is set up for this host'));
  if (phase.kind === 'failing') return need(unknown(`the gateway does not report its state: ${phase.error.message}`));
  if (reading === null) return need(unknown('the gateway did not report its state yet'));
  return { ...state, profile, reading };
}

/** What the gateway found of its backends; throws MissingEvidence where it does not report it. */
export const healthsOf = ({ reading }: ReturnType<typeof liveGateway>) =>
  reading.health ?? need(unknown('the gateway does not report the health of its backends'));
export const healthOf = (gateway: ReturnType<typeof liveGateway>) =>
  healthsOf(gateway).find(({ name }) => name === gateway.profile.imagesClass);
export const slotsOf = ({ reading, profile }: ReturnType<typeof liveGateway>) =>
  reading.admission?.find(({ backendClass, routeKind }) => backendClass === profile.imagesClass && routeKind === 'images');

export const isChainReady = (evidence: Evidence): boolean => {
  const { nginxReady } = evidence.probes;
  return nginxReady.isKnown && nginxReady.value.kind === 'reply' && nginxReady.value.status === 200;
};

export const textOf = (file: FileState | null, what: string): string => {
  if (file === null) return need(unknown(`${what} is not there`));
  if (!file.isReadable) return need(unknown(`the login may not read ${what}`));
  if (file.text === null) return need(unknown(`${what} is no text file`));
  return file.text;
};
