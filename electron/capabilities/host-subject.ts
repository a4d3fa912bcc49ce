import type { HostProfile } from '../../shared/capabilities/hosts/contract.ts';
import type { ConfirmedHost } from './capability.ts';

/** The host as currently listed, with its address: a page may change it while a dialog is prepared or open. */
export function hostSubject(host: Pick<ConfirmedHost, 'currentProfile'>): string {
  return JSON.stringify(host.currentProfile());
}

/** Where the host is: its label is whatever the page calls it. */
export function describeHost({ sshConfigAlias, user, hostName, port, proxyJump }: HostProfile): string {
  const jump = proxyJump === undefined ? '' : ` through ${proxyJump}`;
  return `Host: ${sshConfigAlias === undefined ? `${user}@${hostName}:${port}` : `${sshConfigAlias} of ~/.ssh/config`}${jump}`;
}
