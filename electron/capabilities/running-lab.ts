import type { HostProfile } from '../../shared/capabilities/hosts/contract.ts';
import type { LabHostInfo } from '../../shared/lab-hosts.ts';

/** How to get into the running lab, and how to break things in it. */
export interface RunningLab {
  readonly info: LabHostInfo;
  readonly hostName: string;
  readonly port: number;
  readonly user: string;
  /** OpenSSH text. */
  readonly privateKey: string;
  /** Base64 of the raw host key blob. */
  readonly hostKey: string;
  /** The simulated gateway: where it is as the simulated host sees it, who signed its certificate, and a token it takes. */
  readonly gateway: { readonly address: string; readonly observabilityPort: number; readonly authority: string; readonly token: string };
  /** The simulated Hugging Face: a port of this computer, and who signed its certificate. */
  readonly hub: { readonly port: number; readonly authority: string };
  fault(name: string, on: boolean): void;
  close(): Promise<void>;
}

/** A lab as one more host in the list; never written to disk. */
export function labProfile(runningLab: Pick<RunningLab, 'info' | 'hostName' | 'port' | 'user'>): HostProfile {
  return {
    id: runningLab.info.id,
    kind: 'lab',
    label: runningLab.info.label,
    hostName: runningLab.hostName,
    port: runningLab.port,
    user: runningLab.user,
    identityFiles: [],
    useAgent: false,
  };
}
