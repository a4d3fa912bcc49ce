import type { X509Certificate } from 'node:crypto';
import type { ConfirmedHost, HostConfirmations } from '../capability.ts';
import { aboutSubject, type Confirmation } from '../confirmation.ts';
import { describeHost, hostSubject } from '../host-subject.ts';
import type { Gateway } from './gateway.ts';
import { TRUST_TEXT } from './text.ts';

type ConfirmedGateway = Pick<Gateway, 'state'>;

/** A system dialog does not scroll. */
const MAX_AUTHORITIES_SHOWN = 6;

function describeGateway(gateway: ConfirmedGateway): string {
  const { profile } = gateway.state();
  return profile === null ? TRUST_TEXT.notSetUp : TRUST_TEXT.place(profile.address, profile.via.kind === 'ssh' ? profile.via.hostId : null);
}

function ofGateway(
  gateway: ConfirmedGateway,
  host: ConfirmedHost,
  requested: Pick<Confirmation, 'question' | 'action' | 'facts'>,
): Confirmation {
  return {
    ...requested,
    facts: [TRUST_TEXT.gateway(describeGateway(gateway)), describeHost(host.profile), ...requested.facts],
    ...aboutSubject(() => `${hostSubject(host)} ${describeGateway(gateway)}`),
  };
}

/** Confirmations before the trust in the gateway changes. */
export const gatewayConfirmations: HostConfirmations<'gateway', ConfirmedGateway> = {
  'gateway.acceptCertificate': (gateway, { sha256 }, host) =>
    ofGateway(gateway, host, {
      question: TRUST_TEXT.pinQuestion,
      action: TRUST_TEXT.pin,
      facts: [TRUST_TEXT.sha256(sha256), '', TRUST_TEXT.tokenGoesTo],
    }),
  'gateway.forgetTrust': (gateway, _none, host) =>
    ofGateway(gateway, host, {
      question: TRUST_TEXT.systemQuestion,
      action: TRUST_TEXT.system,
      facts: ['', TRUST_TEXT.trustRemoved],
    }),
};

/** All CAs of the file become trusted, so the list names them or says how many more there are. */
function describeAuthorities(certificates: readonly X509Certificate[]): readonly string[] {
  const left = certificates.length - MAX_AUTHORITIES_SHOWN;
  return [
    ...certificates
      .slice(0, MAX_AUTHORITIES_SHOWN)
      .flatMap(({ subject, fingerprint256, validTo }) => [
        TRUST_TEXT.subject(subject),
        TRUST_TEXT.sha256(fingerprint256),
        TRUST_TEXT.validUntil(validTo),
      ]),
    ...(left > 0 ? [TRUST_TEXT.moreNotShown(left)] : []),
  ];
}

/** The confirmation before the CAs of a file become trusted. */
export function confirmAuthorities(gateway: ConfirmedGateway, host: ConfirmedHost, certificates: readonly X509Certificate[]): Confirmation {
  return ofGateway(gateway, host, {
    question: TRUST_TEXT.authorityQuestion(certificates.length),
    action: TRUST_TEXT.authority(certificates.length),
    facts: describeAuthorities(certificates),
  });
}
