import { DEFAULT_IMAGES_CLASS } from '../../../shared/capabilities/gateway/contract.ts';
import type { HostProfile } from '../../../shared/capabilities/hosts/contract.ts';
import { type GatewayKeeper, keepGatewayInMemory } from '../gateway/keeper.ts';

export const LAB_HOST_ID = 'lab';

/** How to get into the running lab, and how to break things in it. */
export interface LabDoor {
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

/** The lab's gateway, reached through the lab's SSH server; changes to it last as long as the panel runs. */
export function labGatewayKeeper({ gateway }: LabDoor): GatewayKeeper {
  const profile = {
    address: gateway.address,
    via: { kind: 'ssh' as const, hostId: LAB_HOST_ID },
    observabilityPort: gateway.observabilityPort,
    imagesClass: DEFAULT_IMAGES_CLASS,
  };
  const trust = { kind: 'authority', pem: gateway.authority } as const;
  return keepGatewayInMemory({ profile, trust, boundTo: null }, gateway.token);
}

/** The lab as one more host in the list; never written to disk. */
export function labProfile(door: LabDoor): HostProfile {
  return {
    id: LAB_HOST_ID,
    kind: 'lab',
    label: 'Lab',
    hostName: door.hostName,
    port: door.port,
    user: door.user,
    identityFiles: [],
    useAgent: false,
  };
}
