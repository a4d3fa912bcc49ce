import type { GatewayState, SeenCertificate } from '../../../shared/capabilities/gateway/contract.ts';
import { DEFAULT_PORTS } from '../../../shared/default-ports.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { plainText } from '../../../shared/plain-text.ts';
import { NGINX_PEER } from '../../foundation/http/https.ts';
import { certificateOfFacts, readShownCertificate, type ShownCertificate } from '../../foundation/http/shown-certificate.ts';
import type { Connection } from '../../foundation/ssh/transport.ts';
import type { Gateway } from './gateway.ts';

const TIMEOUT_MS = 8_000;

/** Every certificate on the way of an image request, with when it ends. Never rejects: what cannot be read is said. */
export async function seenCertificates(o: {
  readonly gateway: Pick<Gateway, 'state' | 'certificate'>;
  readonly connection: Pick<Connection, 'snapshot' | 'tunnel'>;
  readonly hostName: string;
}): Promise<SeenCertificate[]> {
  const state = o.gateway.state();
  const [ofGateway, ofNginx] = await Promise.all([gatewayCertificate(o.gateway, state), nginxCertificate(o)]);
  return [...ofGateway, ...authorityOf(state), ...ofNginx];
}

type Place = Pick<SeenCertificate, 'kind' | 'place'>;

/** `shown` null without a problem: the server has no TLS. */
const row = (place: Place, shown: ShownCertificate | null, problem: string | null): SeenCertificate => ({
  ...place,
  isPlain: shown === null && problem === null,
  subject: plainText(shown?.subject ?? ''),
  issuer: plainText(shown?.issuer ?? ''),
  names: plainText(shown?.names ?? ''),
  endsAt: shown?.endsAt ?? null,
  problem,
});

async function gatewayCertificate(gateway: Pick<Gateway, 'certificate'>, { profile }: GatewayState): Promise<SeenCertificate[]> {
  if (profile === null) return [];
  const place: Place = { kind: 'gateway', place: profile.address };
  try {
    const shown = await gateway.certificate();
    return [row(place, shown, null)];
  } catch (thrown) {
    const { message, facts } = toPanelError(thrown);
    return [row(place, certificateOfFacts(facts), message)];
  }
}

function authorityOf({ trust }: GatewayState): SeenCertificate[] {
  if (trust.kind !== 'authority') return [];
  const endsAt = Date.parse(trust.validTo);
  const shown = { subject: trust.subject, issuer: '', names: '', endsAt: Number.isNaN(endsAt) ? null : endsAt };
  return [row({ kind: 'authority', place: '' }, shown, null)];
}

async function nginxCertificate({ connection, hostName }: Parameters<typeof seenCertificates>[0]): Promise<SeenCertificate[]> {
  if (connection.snapshot.state.kind !== 'online') return [];
  const port = DEFAULT_PORTS.nginx;
  const place: Place = { kind: 'nginx', place: `${hostName}:${port}` };
  try {
    const target = { peer: NGINX_PEER, hostName, port, timeoutMs: TIMEOUT_MS };
    const shown = await readShownCertificate(await connection.tunnel('127.0.0.1', port), target);
    return [row(place, shown, null)];
  } catch (thrown) {
    return [row(place, null, toPanelError(thrown).message)];
  }
}
