import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../../lab/lab.ts';
import type { HostProfile } from '../../shared/capabilities/hosts/contract.ts';
import { expect, type Panel } from './panel.ts';

/** Adds a lab to the panel's list as a host that is reached over SSH; its key and host key are known already. */
export async function addLabHost(panel: Panel, id: string, lab: Lab): Promise<void> {
  const folder = join(panel.dataFolder, '..', 'home', '.ssh');
  const keyFile = join(folder, id);
  writeFileSync(keyFile, lab.privateKey, { mode: 0o600 });
  appendFileSync(join(folder, 'known_hosts'), `[127.0.0.1]:${lab.port} ssh-ed25519 ${lab.hostKey}\n`, { mode: 0o600 });
  const profile: HostProfile = {
    ...{ id, kind: 'ssh', label: id, hostName: '127.0.0.1', port: lab.port, user: lab.user, useAgent: false },
    identityFiles: [keyFile],
  };
  expect(await panel.page.evaluate((wanted) => window.ada.hosts.save({ profile: wanted }), profile)).toMatchObject({ ok: true });
}
