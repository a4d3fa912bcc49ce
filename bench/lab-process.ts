import { fork } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type HostUnderTest, home, profile } from '../e2e/integration/hosts.ts';
import { openPanel, type PanelUnderTest } from '../e2e/integration/panel.ts';
import type { LabFault } from '../lab/base/faults.ts';

const Ready = z.object({
  type: z.literal('ready'),
  hostName: z.string(),
  port: z.number(),
  user: z.string(),
  privateKey: z.string(),
  hostKey: z.string(),
  gateway: z.object({
    address: z.string(),
    directAddress: z.string(),
    observabilityPort: z.number(),
    authority: z.string(),
    token: z.string(),
  }),
});

/** Sent every second until it is ready. */
const Starting = z.object({ type: z.literal('starting') });

/** The built lab in a process of its own, so that what it computes is not counted as the panel's. */
export interface LabProcess {
  readonly gateway: { readonly address: string; readonly token: string; readonly authorityFile: string };
  /** For OpenSSH. */
  readonly target: Pick<HostUnderTest, 'profile' | 'knownHostsFile'>;
  /** As the panel reaches it through the simulated host. */
  readonly gatewayOfHost: NonNullable<HostUnderTest['gateway']>;
  /** Rooms of the main process on this lab, its gateway reached from this computer. */
  openPanel(o?: { readonly gatewayAddress?: string }): PanelUnderTest;
  break(fault: LabFault): void;
  repair(fault: LabFault): void;
  end(): void;
}

export async function startLabProcess(): Promise<LabProcess> {
  const child = fork(join(import.meta.dirname, '..', 'out', 'lab', 'lab.cjs'), [], { execArgv: [] });
  const ready = await new Promise<z.infer<typeof Ready>>((resolve, reject) => {
    child.on('message', (message) => {
      const read = Ready.safeParse(message);
      if (read.success) resolve(read.data);
      else if (Starting.safeParse(message).success) return;
      else reject(new Error(`the lab did not start: ${JSON.stringify(message)}`));
    });
    child.once('exit', (code) => reject(new Error(`the lab ended with ${code}`)));
  });
  const folders = home(ready.hostName, ready.port, ready.hostKey);
  const keyFile = join(folders.homeFolder, 'key');
  writeFileSync(keyFile, ready.privateKey, { mode: 0o600 });
  const authorityFile = join(folders.homeFolder, 'authority.pem');
  writeFileSync(authorityFile, ready.gateway.authority);
  const { directAddress: address, observabilityPort, authority, token } = ready.gateway;
  const ofHost = profile(ready.hostName, ready.port, ready.user, keyFile);
  return {
    gateway: { address, token, authorityFile },
    gatewayOfHost: {
      kept: {
        profile: { address: ready.gateway.address, via: { kind: 'ssh', hostId: ofHost.id }, observabilityPort, imagesClass: 'gpu_heavy' },
        trust: { kind: 'authority', pem: authority },
        boundTo: null,
      },
      token,
    },
    target: { profile: ofHost, knownHostsFile: folders.knownHostsFile },
    openPanel: ({ gatewayAddress = address } = {}) =>
      openPanel({
        ...folders,
        profile: ofHost,
        sudoPassword: '',
        gateway: {
          kept: {
            profile: { address: gatewayAddress, via: { kind: 'direct' }, observabilityPort, imagesClass: 'gpu_heavy' },
            trust: { kind: 'authority', pem: authority },
            boundTo: null,
          },
          token,
        },
      }),
    break: (fault) => void child.send({ type: 'break', fault }),
    repair: (fault) => void child.send({ type: 'repair', fault }),
    end: () => {
      child.removeAllListeners('exit');
      child.kill();
      rmSync(folders.homeFolder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
