import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SavedGateway } from '../../electron/capabilities/gateway/gateway-settings.ts';
import { GATEWAY_OBSERVABILITY_PORT, GATEWAY_PORT, type Lab, startLab } from '../../lab/lab.ts';
import type { HostProfile } from '../../shared/capabilities/hosts/contract.ts';
import { type HostRelease, whyNoRealHost } from '../host/image.ts';
import { bootHost, type RealHost } from '../host/real-host.ts';
import { breakReal, repairReal, type SharedFault } from './real-faults.ts';

/** What every test needs of a host, be it the lab or the real one. */
export interface HostUnderTest {
  readonly kind: 'lab' | 'real';
  readonly profile: HostProfile;
  readonly homeFolder: string;
  readonly knownHostsFile: string;
  readonly loginPassword: string;
  readonly sudoPassword: string;
  /** Numbered lines `numbered line N` into the journal of invokeai.service. */
  log(first: number, count: number): void;
  /** The faults that both can show, by the lab's names. */
  break(fault: SharedFault): void | Promise<void>;
  repair(fault: SharedFault): void | Promise<void>;
  /** Returns a login that may not read the system's journal; null = the usual login, until `repair('journal-not-permitted')`. */
  withoutJournal(): Promise<string | null>;
  /** Units to try failures with; on the lab they fail once the fault of that name is on. */
  readonly units: {
    readonly failing: string;
    /** What the failing unit prints before it ends, and its exit status. */
    readonly finalLines: RegExp;
    readonly exitStatus: number;
    readonly masked: string;
    readonly neverReady: string;
  };
  /** Changes a unit on the host itself, not through the panel; resolves once the host has done it. */
  change(unit: string, verb: 'start' | 'stop'): Promise<void>;
  /** The gateway that is set up from the start; null = none. */
  readonly gateway: { readonly kept: SavedGateway; readonly token: string } | null;
  /** The lab itself, for what only a simulated world can show. */
  readonly lab: Lab | null;
  /** Only there on the real host: what only a real system can do. */
  readonly real: RealHost | null;
  close(): void | Promise<void>;
}

export const HOSTS: readonly ('lab' | 'real')[] = whyNoRealHost() === null ? ['lab', 'real'] : ['lab'];

export function openHost(kind: 'lab' | 'real'): Promise<HostUnderTest> {
  return kind === 'lab' ? openLab() : openRealHost();
}

/** A home folder of its own, with a known_hosts that knows the host. */
export function home(hostName: string, port: number, hostKey: string): { homeFolder: string; knownHostsFile: string } {
  const homeFolder = mkdtempSync(join(tmpdir(), 'ada-home-'));
  const knownHostsFile = join(homeFolder, 'known_hosts');
  const name = port === 22 ? hostName : `[${hostName}]:${port}`;
  writeFileSync(knownHostsFile, `${name} ssh-ed25519 ${hostKey}\n`, { mode: 0o600 });
  return { homeFolder, knownHostsFile };
}

export function profile(hostName: string, port: number, user: string, keyFile: string): HostProfile {
  return { id: 'under-test', kind: 'ssh', label: 'ada2', hostName, port, user, identityFiles: [keyFile], useAgent: false };
}

/** The lab; `bare` = without the services, for Setup. */
export async function openLab(o: { readonly bare?: boolean } = {}): Promise<HostUnderTest> {
  const lab = await startLab(o);
  const folders = home(lab.hostName, lab.port, lab.hostKey);
  const keyFile = join(folders.homeFolder, 'key');
  writeFileSync(keyFile, lab.privateKey, { mode: 0o600 });
  return {
    kind: 'lab',
    ...folders,
    profile: profile(lab.hostName, lab.port, lab.user, keyFile),
    loginPassword: lab.loginPassword,
    sudoPassword: lab.sudoPassword,
    log: (first, count) => {
      for (let n = first; n < first + count; n += 1) {
        lab.simulation.log({
          message: `numbered line ${n}`,
          priority: 6,
          identifier: 'invokeai-web',
          pid: 4242,
          unit: 'invokeai.service',
          invocationId: null,
          transport: 'stdout',
        });
      }
    },
    break: (fault) => lab.break(fault),
    repair: (fault) => lab.repair(fault),
    withoutJournal: async () => {
      lab.break('journal-not-permitted');
      return null;
    },
    units: {
      failing: 'comfyui.service',
      finalLines: /No CUDA GPUs are available/,
      exitStatus: 1,
      masked: 'comfyui.service',
      neverReady: 'comfyui.service',
    },
    change: (name, verb) =>
      new Promise((resolve, reject) => {
        const unit = lab.simulation.units.units.get(name);
        if (unit === undefined) reject(new Error(`the lab has no ${name}`));
        else lab.simulation.units[verb](unit, () => resolve());
      }),
    gateway: {
      kept: {
        profile: {
          address: `https://127.0.0.1:${GATEWAY_PORT}`,
          via: { kind: 'ssh', hostId: 'under-test' },
          observabilityPort: GATEWAY_OBSERVABILITY_PORT,
          imagesClass: 'gpu_heavy',
        },
        trust: { kind: 'authority', pem: lab.gateway.authority },
        boundTo: null,
      },
      token: lab.gateway.token,
    },
    lab,
    real: null,
    close: () => lab.close(),
  };
}

/** A user in no group, with the key that the tests sign in with. */
const ADD_STRANGER =
  'id stranger >/dev/null 2>&1 || { useradd -m -s /bin/bash stranger && install -d -m 700 -o stranger -g stranger /home/stranger/.ssh && install -m 600 -o stranger -g stranger /home/panel/.ssh/authorized_keys /home/stranger/.ssh/authorized_keys; }';

/** A booted Debian of this release. */
export async function openRealHost(release: HostRelease = 'bookworm'): Promise<HostUnderTest> {
  const host = await bootHost(release);
  const folders = home(host.hostName, host.port, host.hostKey());
  return {
    kind: 'real',
    ...folders,
    profile: profile(host.hostName, host.port, host.user, host.keyFile),
    loginPassword: host.password,
    sudoPassword: host.password,
    log: (first, count) => void host.run('curl', '-fsS', `http://127.0.0.1:9090/log?first=${first}&count=${count}`),
    break: (fault) => breakReal(host, fault),
    repair: (fault) => repairReal(host, fault),
    withoutJournal: async () => {
      host.run('sh', '-c', ADD_STRANGER);
      return 'stranger';
    },
    units: {
      failing: 'fails-exit.service',
      finalLines: /the model folder is missing/,
      exitStatus: 3,
      masked: 'masked.service',
      neverReady: 'never-ready.service',
    },
    change: async (unit, verb) => {
      // A reset also clears the count of starts: systemd refuses the sixth within ten seconds.
      if (verb === 'start') host.run('systemctl', 'reset-failed', unit);
      host.run('systemctl', verb, unit);
    },
    gateway: null,
    lab: null,
    real: host,
    close: () => host.close(),
  };
}
