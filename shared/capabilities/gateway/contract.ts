import { z } from 'zod';
import { hostCall, hostEvent } from '../../contract/define.ts';
import { PanelErrorSchema } from '../../contract/panel-error.ts';
import { AccessToken, EpochMs, HostId, isUrl } from '../../identifiers.ts';
import { GatewayRequests, RequestsQuery } from './requests.ts';

/**
 * `https://name:port/path`: without a port 443 or 80, as everywhere; the path is where a proxy serves the gateway. Plain http is
 * taken only where the token stays on one machine or inside SSH.
 */
export const GatewayAddress = z
  .string()
  .trim()
  .max(300)
  .regex(/^https?:\/\/(\[[0-9a-f:]+\]|[a-z0-9._-]+)(:\d{1,5})?(\/[\w.~!$&'()*+,;=:@%-]*)*$/i)
  .refine(isUrl);

/** How the gateway is reached: from this computer, or from a host of the list through its SSH connection. */
export const GatewayVia = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('direct') }),
  z.object({ kind: z.literal('ssh'), hostId: HostId }),
]);
export type GatewayVia = z.infer<typeof GatewayVia>;

/** As the gateway's configuration of backends names it. */
export const BackendClass = z.string().trim().min(1).max(100);
/** What IMAGES_BACKEND_CLASS is unless the gateway's operator changes it. */
export const DEFAULT_IMAGES_CLASS = 'gpu_heavy';

/** What the operator sets; by what the certificate is judged is set apart. */
export const GatewayProfile = z
  .object({
    address: GatewayAddress,
    via: GatewayVia,
    /** Of the listener without authentication, which answers on the gateway's own machine only. */
    observabilityPort: z.number().int().min(1).max(65_535),
    /** The class of backends that it sends images to, its IMAGES_BACKEND_CLASS. */
    imagesClass: BackendClass.default(DEFAULT_IMAGES_CLASS),
  })
  .readonly();
export type GatewayProfile = z.infer<typeof GatewayProfile>;

/** SHA-256 of a certificate as hex pairs with colons. */
export const CertificateSha256 = z
  .string()
  .max(95)
  .regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);

/** By what the gateway's certificate is judged. */
export const GatewayTrust = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('system') }),
  z.object({ kind: z.literal('authority'), subject: z.string(), sha256: CertificateSha256, validTo: z.string() }),
  z.object({ kind: z.literal('pinned'), sha256: CertificateSha256 }),
]);
export type GatewayTrust = z.infer<typeof GatewayTrust>;

/** The slots of one kind of request at one class of backends; null = not reported. */
export const AdmissionRow = z
  .object({
    backendClass: z.string(),
    routeKind: z.string(),
    limit: z.number().int().nullable(),
    available: z.number().int().nullable(),
    inflight: z.number().int().nullable(),
  })
  .readonly();
export type AdmissionRow = z.infer<typeof AdmissionRow>;

/** Result of the gateway's last check of a backend; null = not reported. */
export const HealthRow = z
  .object({
    name: z.string(),
    isHealthy: z.boolean().nullable(),
    isReady: z.boolean().nullable(),
    checkedAt: EpochMs.nullable(),
    error: z.string().nullable(),
    /** The panel's first reading that had the backend in this state; null = so since the gateway's first reading. */
    since: EpochMs.nullable(),
  })
  .readonly();
export type HealthRow = z.infer<typeof HealthRow>;

/** One status of the gateway. Times are by the clock of this computer. */
export const GatewayReading = z
  .object({
    /** Sorted by name; null when the gateway did not say, which is not the same as none. */
    admission: z.array(AdmissionRow).nullable(),
    health: z.array(HealthRow).nullable(),
    takenAt: EpochMs,
    elapsedMs: z.number(),
    /** The gateway's clock minus that of this computer, to about a second; null = it reports no time. */
    clockOffsetMs: z.number().nullable(),
  })
  .readonly();
export type GatewayReading = z.infer<typeof GatewayReading>;

export const GatewayPhase = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('not-set-up') }),
  z.object({ kind: z.literal('waiting') }),
  z.object({ kind: z.literal('live') }),
  /** `retryAt` null: no automatic retry. */
  z.object({ kind: z.literal('failing'), error: PanelErrorSchema, since: EpochMs, retryAt: EpochMs.nullable() }),
]);
export type GatewayPhase = z.infer<typeof GatewayPhase>;

export const GatewayState = z
  .object({
    hostId: HostId.nullable(),
    profile: GatewayProfile.nullable(),
    trust: GatewayTrust,
    hasToken: z.boolean(),
    phase: GatewayPhase,
    /** The last answer, also when newer questions failed. */
    reading: GatewayReading.nullable(),
  })
  .readonly();
export type GatewayState = z.infer<typeof GatewayState>;

export const GatewayModel = z
  .object({
    id: z.string(),
    ownedBy: z.string().nullable(),
    backend: z.string().nullable(),
    upstreamModel: z.string().nullable(),
    contextWindow: z.number().nullable(),
  })
  .readonly();
export type GatewayModel = z.infer<typeof GatewayModel>;

/** How one tool of the gateway fared since the gateway was started; null = not counted. */
export const ToolMetric = z
  .object({ tool: z.string(), ok: z.number(), failed: z.number(), meanMs: z.number().nullable(), slowestBelowMs: z.number().nullable() })
  .readonly();
export type ToolMetric = z.infer<typeof ToolMetric>;

/** What the listener for observation says; it answers on the gateway's machine only. */
export const Observability = z.discriminatedUnion('kind', [
  /** Not asked: the gateway is not reached through its own machine. */
  z.object({ kind: z.literal('out-of-reach') }),
  z.object({ kind: z.literal('failed'), error: PanelErrorSchema }),
  z.object({
    kind: z.literal('answered'),
    takenAt: EpochMs,
    /** Null = metrics are turned off on the gateway. */
    tools: z.array(ToolMetric).nullable(),
    upstreams: z.array(z.object({ name: z.string(), isOk: z.boolean().nullable(), message: z.string() })).nullable(),
  }),
]);
export type Observability = z.infer<typeof Observability>;

/** A certificate on the way of an image request; texts are empty where they are not known. */
export const SeenCertificate = z
  .object({
    /** `authority`: the CA that was imported to judge the gateway by. */
    kind: z.enum(['gateway', 'authority', 'nginx']),
    /** Where it was presented; empty for an authority. */
    place: z.string(),
    subject: z.string(),
    issuer: z.string(),
    names: z.string(),
    endsAt: EpochMs.nullable(),
    /** The server has no TLS. */
    isPlain: z.boolean(),
    /** Why it is not known, or refused; null = neither. */
    problem: z.string().nullable(),
  })
  .readonly();
export type SeenCertificate = z.infer<typeof SeenCertificate>;

export const OVERLOAD_LIMITS = { minRequests: 2, maxRequests: 16, maxSteps: 100 } as const;

export const OverloadPlan = z
  .object({
    backendClass: z.string().max(100),
    requests: z.number().int().min(OVERLOAD_LIMITS.minRequests).max(OVERLOAD_LIMITS.maxRequests),
    size: z.enum(['512x512', '768x768', '1024x1024']),
    steps: z.number().int().min(1).max(OVERLOAD_LIMITS.maxSteps),
  })
  .readonly();
export type OverloadPlan = z.infer<typeof OverloadPlan>;

/** One request of the overload test. Times count from its sending. */
export const OverloadRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('waiting'), index: z.number().int() }),
  z.object({ kind: z.literal('passed'), index: z.number().int(), elapsedMs: z.number() }),
  z.object({ kind: z.literal('refused'), index: z.number().int(), elapsedMs: z.number(), error: PanelErrorSchema }),
  z.object({ kind: z.literal('cancelled'), index: z.number().int(), elapsedMs: z.number() }),
]);
export type OverloadRequest = z.infer<typeof OverloadRequest>;

export const OverloadRun = z
  .object({
    runId: z.string(),
    plan: OverloadPlan,
    startedAt: EpochMs,
    /** Slots just before; null = the gateway did not say. */
    limit: z.number().int().nullable(),
    free: z.number().int().nullable(),
    /** The gateway finishes the images it began all the same, and gives them up at `inUseUntil` at the latest; null = not cancelled. */
    cancelled: z.object({ at: EpochMs, inUseUntil: EpochMs }).nullable(),
    requests: z.array(OverloadRequest),
    /** Null while it runs. */
    verdict: z.object({ tone: z.enum(['good', 'warning', 'bad', 'unknown']), message: z.string() }).nullable(),
  })
  .readonly();
export type OverloadRun = z.infer<typeof OverloadRun>;

export const gatewayCalls = [
  hostCall('gateway.state', z.void(), GatewayState),
  /** Null takes the gateway away, with its token. */
  hostCall('gateway.configure', z.object({ profile: GatewayProfile.nullable() }), GatewayState),
  /** Null forgets it. It goes to the keyring and never comes back to the window. */
  hostCall('gateway.setToken', z.object({ token: AccessToken.nullable() }), GatewayState),
  /** Pins the certificate of this fingerprint, which the operator confirms outside the page: no other one is accepted from then on. */
  hostCall('gateway.acceptCertificate', z.object({ sha256: CertificateSha256 }), GatewayState),
  /** Asks for a PEM file and trusts what its authority signed; unchanged when the operator cancels. */
  hostCall('gateway.importAuthority', z.void(), GatewayState),
  /** Back to the authorities of the system. */
  hostCall('gateway.forgetTrust', z.void(), GatewayState),
  hostCall('gateway.refresh', z.void(), GatewayState),
  /** Can take a minute: the gateway asks its own backends. */
  hostCall('gateway.models', z.void(), z.array(GatewayModel)),
  hostCall('gateway.observability', z.void(), Observability),
  hostCall('gateway.certificates', z.void(), z.array(SeenCertificate)),
  /** The requests of the gateway's log, read incrementally while it is asked for; rejects for nothing that the log's machine does. */
  hostCall('gateway.requests', RequestsQuery, GatewayRequests),
  hostCall('gateway.overload', z.void(), OverloadRun.nullable()),
  hostCall('gateway.startOverload', OverloadPlan, OverloadRun),
  hostCall('gateway.cancelOverload', z.void(), z.void()),
] as const;

export const gatewayEvents = [
  hostEvent('gateway.changed', GatewayState),
  hostEvent('gateway.overloadChanged', OverloadRun.nullable()),
] as const;
