import { z } from 'zod';
import { call, event } from '../../contract/define.ts';
import { HostId, isUrl, UnitName } from '../../identifiers.ts';
import { GatewayProfile } from '../gateway/contract.ts';
import { HubEndpoint, HubRoute } from '../models/hub-contract.ts';

/** An address that is not the usual one. */
export const BackendAddress = z.object({
  url: z
    .string()
    .trim()
    .max(300)
    .regex(/^https?:\/\/(\[[0-9a-f:]+\]|[\w.-]+)(:\d{1,5})?\/?$/i, 'Use an address like http://127.0.0.1:9090')
    .refine(isUrl, 'Use an address like http://127.0.0.1:9090'),
  isThroughSsh: z.boolean(),
});
export type BackendAddress = z.infer<typeof BackendAddress>;

const Backends = z.record(HostId, z.object({ invokeai: BackendAddress.nullable(), comfyui: BackendAddress.nullable() }));

/** The gateway of a host, by what its certificate is judged, and the machine that both were given for. */
const SavedGateway = z.object({
  profile: GatewayProfile,
  trust: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('system') }),
    z.object({ kind: z.literal('authority'), pem: z.string().max(200_000) }),
    z.object({ kind: z.literal('pinned'), sha256: z.string() }),
  ]),
  /** Null = directly, or not seen yet. */
  boundTo: z.string().max(2000).nullable().default(null),
});

/** Before a saved gateway was bound to a machine, an address without a port meant 8800: it keeps meaning that. */
function withExplicitPort(saved: unknown): unknown {
  if (!isRecord(saved) || 'boundTo' in saved || !isRecord(saved['profile'])) return saved;
  const { address } = saved['profile'];
  if (typeof address !== 'string' || !/^https?:\/\/(\[[^\]]*\]|[^/:]+)\/?$/i.test(address)) return saved;
  return { ...saved, profile: { ...saved['profile'], address: `${address.replace(/\/$/, '')}:8800` } };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

const HuggingFace = z.object({ from: HubRoute, endpoint: HubEndpoint });

export const Settings = z
  .object({
    appearance: z.object({ colorScheme: z.enum(['auto', 'light', 'dark']) }),
    ssh: z.object({
      /** 0 turns keepalive off. */
      keepaliveSeconds: z.number().int().min(0).max(600),
      /** How long a sudo password stays in memory; 0 = a prompt every time. */
      sudoKeepMinutes: z.number().int().min(0).max(240),
    }),
    data: z.object({ keepDays: z.number().int().min(1).max(60) }),
    /** The operator's own list of units and its order, a host. */
    services: z.record(HostId, z.object({ pinned: z.array(UnitName), order: z.array(UnitName) })),
    /** The gateway of each host, and by what its certificate is judged; the PEM of an imported authority is no secret. */
    gateways: z.record(HostId, z.preprocess(withExplicitPort, SavedGateway)).default({}),
    /** Where the programs of each host are asked; null = at their usual port, as the host sees it, through SSH. */
    backends: Backends.default({}),
    /** Who searches Hugging Face, and at which address. */
    huggingFace: HuggingFace.default({ from: 'auto', endpoint: 'https://huggingface.co' }),
    /** The last page and host, opened again at start, and the range the GPU charts were left at. */
    last: z.object({ page: z.string().max(40), hostId: HostId.nullable(), gpuRangeMs: z.number().int().positive().default(900_000) }),
  })
  .readonly();
export type Settings = z.infer<typeof Settings>;

/** The places of files and secrets, for the Settings page. */
export const StorageReport = z
  .object({
    dataFolder: z.string(),
    settingsFile: z.string(),
    hostsFile: z.string(),
    logFile: z.string(),
    knownHostsFile: z.string(),
    secrets: z.object({ protected: z.boolean(), backend: z.string(), message: z.string() }),
  })
  .readonly();
export type StorageReport = z.infer<typeof StorageReport>;

export const settingsCalls = [
  call('settings.get', z.void(), Settings),
  /** The given sections replace the saved ones. */
  call(
    'settings.update',
    z.object({
      appearance: Settings.unwrap().shape.appearance.optional(),
      ssh: Settings.unwrap().shape.ssh.optional(),
      data: Settings.unwrap().shape.data.optional(),
      // Not the one with a default: it would be filled in where it is not given.
      backends: Backends.optional(),
      huggingFace: HuggingFace.optional(),
      last: Settings.unwrap().shape.last.optional(),
    }),
    Settings,
  ),
  call('settings.storage', z.void(), StorageReport),
] as const;

export const settingsEvents = [event('settings.changed', Settings)] as const;
