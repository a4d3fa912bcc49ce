import { Button, Group } from '@mantine/core';
import { hasCode, type PanelError } from '../../../shared/errors.ts';
import { useGatewayChange } from '../../stores/gateway.ts';

import { ErrorNotice } from '../../ui/error-notice.tsx';

const FACTS = [
  ['subject', 'Subject'],
  ['names', 'Valid for'],
  ['otherName', 'Name'],
  ['issuer', 'Signed by'],
  ['validFrom', 'Valid from'],
  ['validTo', 'Valid until'],
  ['reason', 'OpenSSL reason'],
] as const;

/** Whether an error is about a certificate that only the operator can judge. */
export function isAboutCertificate(error: PanelError): boolean {
  return error.code.startsWith('gateway-certificate-');
}

/** A certificate that cannot be verified, or another one than before: shown whole, for the operator to judge. */
export function CertificateCard({ error }: { readonly error: PanelError }) {
  const onGateway = useGatewayChange();
  const facts = error.facts ?? {};
  const isChange = hasCode(error, 'gateway-certificate-changed');
  const sha256 = facts['sha256'] ?? '';
  return (
    <ErrorNotice error={error} tone={isChange ? 'bad' : 'warning'}>
      <dl className="gateway-facts">
        {isChange ? (
          <>
            <dt>Accepted before</dt>
            <dd className="ada-mono">{facts['knownSha256']}</dd>
          </>
        ) : null}
        <dt>{isChange ? 'Shown now' : 'SHA-256'}</dt>
        <dd className="ada-mono">{sha256}</dd>
        {FACTS.filter(([name]) => (facts[name] ?? '') !== '').map(([name, label]) => (
          <FactLine key={name} label={label} value={facts[name] ?? ''} />
        ))}
      </dl>
      <p className="ada-quiet gateway-small">On the gateway: openssl x509 -noout -fingerprint -sha256 -in /etc/ssl/certs/server.crt</p>
      <Group gap="xs" mt="xs">
        <Button
          size="xs"
          variant={isChange ? 'default' : 'filled'}
          onClick={() => onGateway.attempt((host) => host.gateway.acceptCertificate({ sha256 }))}
        >
          {isChange ? 'Accept the new certificate' : 'Accept this certificate'}
        </Button>
        <Button size="xs" variant="default" onClick={() => onGateway.attempt((host) => host.gateway.importAuthority())}>
          Import an authority…
        </Button>
      </Group>
    </ErrorNotice>
  );
}

function FactLine({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </>
  );
}
