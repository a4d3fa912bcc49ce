import { readFile, stat } from 'node:fs/promises';
import type { GatewayState } from '../../../shared/capabilities/gateway/contract.ts';
import { panelError } from '../../../shared/errors.ts';
import { readAuthority } from '../../foundation/http/authority.ts';
import { type HostContext, hostCapability } from '../capability.ts';
import { historyCapability } from '../history/capability.ts';
import { seenCertificates } from './certificates.ts';
import { confirmAuthorities, gatewayConfirmations } from './confirmations.ts';
import { createGateway, type Gateway } from './gateway.ts';
import { createGatewaySettings, forgetGateway, labGatewaySettings } from './gateway-settings.ts';
import { createRequestLog, type RequestLog } from './requests/request-log.ts';

const MAX_CERTIFICATE_FILE_BYTES = 200_000;

/** The gateway of a host, and the log of its requests. */
interface Room extends Gateway {
  readonly requests: RequestLog;
}

const after = async (gateway: Gateway, change: () => unknown): Promise<GatewayState> => {
  await change();
  return gateway.state();
};

export const gatewayCapability = hostCapability<'gateway', Room>({
  name: 'gateway',
  create: ({ hostId, lab, settings, secrets, connectionTo, lastKnown, isWindowShown, log, now, use }) => {
    const gateway = createGateway({
      hostId,
      gatewaySettings: lab === null ? createGatewaySettings({ hostId, settings, secrets }) : labGatewaySettings(lab),
      connectionTo,
      lastKnown,
      history: use(historyCapability),
      isWindowShown,
      log,
      now,
    });
    const requests = createRequestLog({
      profile: () => gateway.state().profile,
      connectionTo,
      clockOffsetMs: () => gateway.state().reading?.clockOffsetMs ?? null,
      now,
    });
    return { ...gateway, requests };
  },
  handlers: {
    'gateway.state': (gateway) => gateway.state(),
    'gateway.configure': (gateway, { profile }) => after(gateway, () => gateway.configure(profile)),
    'gateway.setToken': (gateway, { token }) => after(gateway, () => gateway.setToken(token)),
    'gateway.acceptCertificate': (gateway, { sha256 }) => after(gateway, () => gateway.acceptCertificate(sha256)),
    'gateway.importAuthority': (gateway, _none, host) => after(gateway, () => importAuthority(gateway, host)),
    'gateway.forgetTrust': (gateway) => after(gateway, () => gateway.forgetTrust()),
    'gateway.refresh': (gateway) => after(gateway, () => gateway.refresh()),
    'gateway.models': (gateway) => gateway.models(),
    'gateway.observability': (gateway) => gateway.observability(),
    'gateway.certificates': (gateway, _none, { connection, profile }) =>
      seenCertificates({ gateway, connection, hostName: profile.hostName }),
    'gateway.requests': ({ requests }, query) => requests.query(query),
    'gateway.overload': (gateway) => gateway.overload.run(),
    'gateway.startOverload': (gateway, plan) => gateway.overload.start(plan, gateway.state().reading?.admission ?? []),
    'gateway.cancelOverload': (gateway) => gateway.overload.cancel(),
  },
  confirmations: gatewayConfirmations,
  events: (gateway, emit) => [
    gateway.onChange((state) => emit('gateway.changed', state)),
    gateway.overload.onChange((run) => emit('gateway.overloadChanged', run)),
  ],
  initial: (gateway, emit) => emit('gateway.changed', gateway.state()),
  stop: (gateway) => gateway.stop(),
  forget: ({ settings, secrets }, hostId) => forgetGateway(createGatewaySettings({ hostId, settings, secrets })),
});

async function importAuthority(gateway: Gateway, host: HostContext): Promise<void> {
  const file = await host.desktop.openFile({ name: 'Certificates', extensions: ['pem', 'crt', 'cer'] });
  if (file === null) return;
  const text = await readCertificateFile(file);
  await host.confirm(confirmAuthorities(gateway, host, readAuthority(text).certificates));
  gateway.trustAuthority(text);
}

/** Throws file-too-large. */
async function readCertificateFile(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size <= MAX_CERTIFICATE_FILE_BYTES) return readFile(file, 'utf8');
  throw panelError({
    code: 'file-too-large',
    layer: 'panel',
    message: 'The file is too large for a certificate.',
    hint: 'Select the PEM file of the CA.',
    retryable: false,
  });
}
