import { DEFAULT_IMAGES_CLASS, type GatewayProfile } from '../../../shared/capabilities/gateway/contract.ts';
import type { Trust } from '../../foundation/http/certificate-verdict.ts';
import type { SecretStore } from '../../foundation/secret-store.ts';
import type { RunningLab } from '../running-lab.ts';
import type { SettingsStore } from '../settings-store.ts';

/** The saved data of a host's gateway. */
export interface SavedGateway {
  readonly profile: GatewayProfile;
  readonly trust: Trust;
  /** The SSH host's identity when token and trust were entered; null = direct, or never connected. */
  readonly boundTo: string | null;
}

/** The gateway of one host: address and trust in the settings, its token in the keyring. */
export interface GatewaySettings {
  read(): SavedGateway | null;
  write(saved: SavedGateway | null): void;
  token(): string | null;
  setToken(token: string | null): void;
}

const tokenName = (hostId: string): string => `gateway-token:${hostId}`;

export function createGatewaySettings(o: {
  readonly hostId: string;
  readonly settings: SettingsStore;
  readonly secrets: SecretStore;
}): GatewaySettings {
  const { hostId, settings, secrets } = o;
  return {
    read: () => settings.get().gateways[hostId] ?? null,
    write: (saved) => {
      const { [hostId]: _before, ...others } = settings.get().gateways;
      settings.update({ gateways: saved === null ? others : { ...others, [hostId]: { ...saved } } });
    },
    token: () => secrets.read(tokenName(hostId)),
    setToken: (token) => (token === null ? secrets.forget(tokenName(hostId)) : secrets.write(tokenName(hostId), token)),
  };
}

/** Removes a gateway and its token. */
export function forgetGateway(gatewaySettings: GatewaySettings): void {
  if (gatewaySettings.read() === null) return;
  gatewaySettings.setToken(null);
  gatewaySettings.write(null);
}

/** Store of the lab's gateway: starts with the lab's profile and lasts as long as the lab. */
export function createGatewaySettingsInMemory(begin: SavedGateway | null, beginToken: string | null): GatewaySettings {
  let saved = begin;
  let token = beginToken;
  return {
    read: () => saved,
    write: (next) => {
      saved = next;
    },
    token: () => token,
    setToken: (next) => {
      token = next;
    },
  };
}

/** One store for each running lab, so that changes last as long as the lab. */
const ofLabs = new WeakMap<RunningLab, GatewaySettings>();

/** The store of the lab's gateway, which is reached via the lab's SSH server. */
export function labGatewaySettings(lab: RunningLab): GatewaySettings {
  const known = ofLabs.get(lab);
  if (known !== undefined) return known;
  const profile = {
    address: lab.gateway.address,
    via: { kind: 'ssh' as const, hostId: lab.info.id },
    observabilityPort: lab.gateway.observabilityPort,
    imagesClass: DEFAULT_IMAGES_CLASS,
  };
  const trust = { kind: 'authority', pem: lab.gateway.authority } as const;
  const gatewaySettings = createGatewaySettingsInMemory({ profile, trust, boundTo: null }, lab.gateway.token);
  ofLabs.set(lab, gatewaySettings);
  return gatewaySettings;
}
