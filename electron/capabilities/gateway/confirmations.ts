import type { X509Certificate } from 'node:crypto';
import type { ConfirmedHost, HostConfirmations } from '../capability.ts';
import { aboutSubject, type Confirmation } from '../confirmation.ts';
import { describeHost, hostSubject } from '../host-subject.ts';
import type { Gateway } from './gateway.ts';

type AskedGateway = Pick<Gateway, 'state'>;

/** A dialog of the system does not scroll. */
const MAX_AUTHORITIES_SHOWN = 6;

function describeGateway(gateway: AskedGateway): string {
  const { profile } = gateway.state();
  return profile === null ? 'not set up' : `${profile.address}${profile.via.kind === 'ssh' ? ` through ${profile.via.hostId}` : ''}`;
}

function ofGateway(gateway: AskedGateway, host: ConfirmedHost, asked: Pick<Confirmation, 'question' | 'action' | 'facts'>): Confirmation {
  return {
    ...asked,
    facts: [`Gateway: ${describeGateway(gateway)}`, describeHost(host.profile), ...asked.facts],
    ...aboutSubject(() => `${hostSubject(host)} ${describeGateway(gateway)}`),
  };
}

/** What is confirmed before another trust is placed in the gateway. */
export const gatewayConfirmations: HostConfirmations<'gateway', AskedGateway> = {
  'gateway.acceptCertificate': (gateway, { sha256 }, host) =>
    ofGateway(gateway, host, {
      question: 'Trust this certificate of the gateway?',
      action: 'Trust certificate',
      facts: [`SHA-256: ${sha256}`, '', 'The token is sent to whoever has this certificate.'],
    }),
  'gateway.forgetTrust': (gateway, _none, host) =>
    ofGateway(gateway, host, {
      question: 'Check the gateway by the authorities of this computer?',
      action: 'Use system authorities',
      facts: ['', 'The accepted certificate or imported authority is forgotten.'],
    }),
};

/** Every authority of a file is trusted, so every one is named, or the file is told to hold more. */
function describeAuthorities(certificates: readonly X509Certificate[]): readonly string[] {
  const left = certificates.length - MAX_AUTHORITIES_SHOWN;
  return [
    ...certificates
      .slice(0, MAX_AUTHORITIES_SHOWN)
      .flatMap(({ subject, fingerprint256, validTo }) => [
        `Authority: ${subject}`,
        `SHA-256: ${fingerprint256}`,
        `Valid until: ${validTo}`,
      ]),
    ...(left > 0 ? [`… and ${left} more that are not shown. Cancel unless you trust the whole file.`] : []),
  ];
}

/** What is confirmed before the authorities of a file are trusted. */
export function confirmAuthorities(gateway: AskedGateway, host: ConfirmedHost, certificates: readonly X509Certificate[]): Confirmation {
  const isOne = certificates.length === 1;
  return ofGateway(gateway, host, {
    question: `Trust every certificate that ${isOne ? 'this authority signs' : `these ${certificates.length} authorities sign`} for the gateway?`,
    action: isOne ? 'Trust authority' : 'Trust authorities',
    facts: describeAuthorities(certificates),
  });
}
