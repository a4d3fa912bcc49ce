import type { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { type BrowserWindow, dialog } from 'electron';
import type { GatewayState } from '../../shared/capabilities/gateway/contract.ts';
import type { CallName, Handlers } from '../../shared/contract/index.ts';
import { PanelException } from '../../shared/errors.ts';
import { NO_GATEWAY } from '../../shared/nothing-yet.ts';
import { readAuthority } from '../foundation/http/authority.ts';
import type { Confirm } from './confirm.ts';
import type { Hosts } from './hosts.ts';
import type { HostSession } from './session.ts';

const SMALL_TEXT_BYTES = 200_000;

/** A text file the operator picked; throws file-too-large. */
async function readSmallText(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size <= SMALL_TEXT_BYTES) return readFile(file, 'utf8');
  throw new PanelException({
    code: 'file-too-large',
    layer: 'panel',
    message: 'This file is too large for a certificate.',
    hint: 'Pick the PEM file of the authority.',
    retryable: false,
  });
}

/** A dialog of the system does not scroll. */
const MAX_AUTHORITIES_SHOWN = 6;

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

type GatewayHandlers = Pick<Handlers, Extract<CallName, `gateway.${string}`>>;

/** What the gateway's calls do, on the host shown; `session` throws when there is none. */
export function gatewayHandlers(o: {
  readonly hosts: Hosts;
  readonly session: () => HostSession;
  readonly window: () => BrowserWindow | null;
  readonly confirm: Confirm;
}): GatewayHandlers {
  const { session } = o;
  const gatewayState = (): GatewayState => o.hosts.session()?.gateway.state() ?? NO_GATEWAY;
  const withGateway = (change: (gateway: HostSession['gateway']) => void): GatewayState => {
    change(session().gateway);
    return gatewayState();
  };

  return {
    'gateway.state': gatewayState,
    'gateway.configure': ({ profile }) => withGateway((gateway) => gateway.configure(profile)),
    'gateway.setToken': ({ token }) => withGateway((gateway) => gateway.setToken(token)),
    'gateway.acceptCertificate': ({ sha256 }) => withGateway((gateway) => gateway.acceptCertificate(sha256)),
    'gateway.importAuthority': async () => {
      const { gateway } = session();
      const window = o.window();
      if (window === null) return gatewayState();
      const filters = [{ name: 'Certificates', extensions: ['pem', 'crt', 'cer'] }];
      const { filePaths } = await dialog.showOpenDialog(window, { properties: ['openFile'], filters });
      const [file] = filePaths;
      if (file === undefined) return gatewayState();
      const text = await readSmallText(file);
      const { certificates } = readAuthority(text);
      const subject = (): string => JSON.stringify([o.hosts.session()?.profile ?? null, gateway.state().profile]);
      await o.confirm({
        question:
          certificates.length === 1
            ? 'Trust every certificate that this authority signs for the gateway?'
            : `Trust every certificate that these ${certificates.length} authorities sign for the gateway?`,
        facts: [`Gateway: ${gateway.state().profile?.address ?? 'not set up'}`, ...describeAuthorities(certificates)],
        action: certificates.length === 1 ? 'Trust authority' : 'Trust authorities',
        subject: subject(),
        currentSubject: subject,
      });
      gateway.trustAuthority(text);
      return gatewayState();
    },
    'gateway.forgetTrust': () => withGateway((gateway) => gateway.forgetTrust()),
    'gateway.refresh': async () => {
      await session().gateway.refresh();
      return gatewayState();
    },
    'gateway.history': ({ fromMs, toMs, buckets }) =>
      o.hosts.session()?.gateway.history.read(fromMs, toMs, buckets) ?? { rows: [], bucketMs: 1, columns: [] },
    'gateway.models': () => session().gateway.models(),
    'gateway.observability': () => session().gateway.observability(),
    'gateway.overload': () => o.hosts.session()?.gateway.overload.run() ?? null,
    'gateway.startOverload': (plan) => {
      const { gateway } = session();
      return gateway.overload.start(plan, gateway.state().reading?.admission ?? []);
    },
    'gateway.cancelOverload': () => o.hosts.session()?.gateway.overload.cancel(),
  };
}
