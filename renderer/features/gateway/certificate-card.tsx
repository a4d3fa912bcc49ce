import { Button, Group } from '@mantine/core';
import { hasCode, type PanelError } from '../../../shared/errors.ts';
import { useGatewayChange } from '../../stores/gateway.ts';

import { ErrorNotice } from '../../ui/error-notice.tsx';
import { CERTIFICATE_TEXT, TEXT } from './text.ts';

/** Whether the operator has to decide about a certificate. */
export function isAboutCertificate(error: PanelError): boolean {
  return error.code.startsWith('gateway-certificate-');
}

/** A certificate that cannot be verified or that has changed, with all facts the operator needs to accept it. */
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
            <dt>{TEXT.acceptedBefore}</dt>
            <dd className="ada-mono">{facts['knownSha256']}</dd>
          </>
        ) : null}
        <dt>{isChange ? TEXT.presentedNow : TEXT.sha256}</dt>
        <dd className="ada-mono">{sha256}</dd>
        {CERTIFICATE_TEXT.filter(([name]) => (facts[name] ?? '') !== '').map(([name, label]) => (
          <FactLine key={name} label={label} value={facts[name] ?? ''} />
        ))}
      </dl>
      <p className="ada-quiet gateway-small">{TEXT.compareCommand}</p>
      <Group gap="xs" mt="xs">
        <Button
          size="xs"
          variant={isChange ? 'default' : 'filled'}
          onClick={() => onGateway.attempt((host) => host.gateway.acceptCertificate({ sha256 }))}
        >
          {isChange ? TEXT.acceptNewCertificate : TEXT.acceptCertificate}
        </Button>
        <Button size="xs" variant="default" onClick={() => onGateway.attempt((host) => host.gateway.importAuthority())}>
          {TEXT.importAuthority}
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
