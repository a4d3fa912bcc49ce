import type { HostProfile } from '../../shared/capabilities/hosts/contract.ts';

export const LAB_HOST_ID = 'lab';

/** How to get into the running lab, and how to break things in it. */
export interface RunningLab {
  readonly hostName: string;
  readonly port: number;
  readonly user: string;
  /** OpenSSH text. */
  readonly privateKey: string;
  /** Base64 of the raw host key blob. */
  readonly hostKey: string;
  /** The simulated gateway: where it is as the simulated host sees it, who signed its certificate, and a token it takes. */
  readonly gateway: { readonly address: string; readonly observabilityPort: number; readonly authority: string; readonly token: string };
  fault(name: string, on: boolean): void;
  close(): Promise<void>;
}

/** The lab as one more host in the list; never written to disk. */
export function labProfile(runningLab: RunningLab): HostProfile {
  return {
    id: LAB_HOST_ID,
    kind: 'lab',
    label: 'Lab',
    hostName: runningLab.hostName,
    port: runningLab.port,
    user: runningLab.user,
    identityFiles: [],
    useAgent: false,
  };
}
