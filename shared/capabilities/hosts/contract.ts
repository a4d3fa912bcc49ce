import { z } from 'zod';
import { call, event } from '../../contract/define.ts';
import { PanelErrorSchema } from '../../contract/panel-error.ts';
import { ACCOUNT_NAME, HOST_NAME } from '../../destinations.ts';
import { EpochMs, HostId } from '../../identifiers.ts';

const HostName = z.string().max(255).regex(HOST_NAME, 'not a host name or address');
const UserName = z.string().max(255).regex(ACCOUNT_NAME, 'not a user name');

/** One machine the operator watches. `kind: 'lab'` is the built-in simulation. */
export const HostProfile = z
  .object({
    id: HostId,
    kind: z.enum(['ssh', 'lab']),
    label: z.string().min(1).max(60),
    /** The alias in ~/.ssh/config this came from; its settings are read again at every connect. */
    sshConfigAlias: z.string().max(255).optional(),
    hostName: HostName,
    port: z.number().int().min(1).max(65535),
    user: UserName,
    identityFiles: z.array(z.string().max(4096)).max(10),
    useAgent: z.boolean(),
    /** `user@host:port` hops, comma-separated, as OpenSSH's ProxyJump. */
    proxyJump: z.string().max(500).optional(),
  })
  .readonly();
export type HostProfile = z.infer<typeof HostProfile>;

/** The one state machine of a connection. `blocked` never retries automatically. */
export const ConnectionState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('offline') }),
  z.object({ kind: z.literal('connecting'), attempt: z.number().int() }),
  z.object({ kind: z.literal('checking-host-key') }),
  z.object({ kind: z.literal('authenticating'), method: z.string() }),
  z.object({ kind: z.literal('online'), since: EpochMs, roundTripMs: z.number().nullable() }),
  z.object({ kind: z.literal('reconnecting'), attempt: z.number().int(), nextTryAt: EpochMs, cause: PanelErrorSchema }),
  z.object({ kind: z.literal('blocked'), cause: PanelErrorSchema }),
]);
export type ConnectionState = z.infer<typeof ConnectionState>;

export const ConnectionSnapshot = z.object({ hostId: HostId, state: ConnectionState, changedAt: EpochMs }).readonly();
export type ConnectionSnapshot = z.infer<typeof ConnectionSnapshot>;

/** A built-in lab, which runs as a separate process. */
export const LabState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('stopped') }),
  z.object({ kind: z.literal('starting') }),
  z.object({ kind: z.literal('running') }),
  z.object({ kind: z.literal('failed'), error: PanelErrorSchema }),
]);
export type LabState = z.infer<typeof LabState>;

export const HostsState = z
  .object({
    hosts: z.array(HostProfile),
    /** Of each host that was opened, by its id. */
    connections: z.record(HostId, ConnectionSnapshot),
    /** The host that was opened last, also in an earlier session; null when none was. */
    lastHostId: HostId.nullable(),
    /** Of each built-in lab, by its id. */
    labs: z.record(HostId, LabState),
  })
  .readonly();
export type HostsState = z.infer<typeof HostsState>;

/** The machine that asks while signing in: on the way through jump hosts, not always the host itself. */
const AskingMachine = z.object({
  /** user@host:port */
  address: z.string(),
  isJumpHost: z.boolean(),
});
export type AskingMachine = z.infer<typeof AskingMachine>;

/** More questions at once are refused; PAM asks them one after the other. */
export const MAX_SIGN_IN_QUESTIONS = 100;

/** A question only the operator can answer. Every prompt can be cancelled. */
export const Prompt = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('host-key-unknown'),
    promptId: z.string(),
    hostLabel: z.string(),
    hostName: z.string(),
    port: z.number(),
    keyType: z.string(),
    sha256: z.string(),
    /** Where it will be written when accepted. */
    knownHostsFile: z.string(),
  }),
  z.object({ kind: z.literal('passphrase'), promptId: z.string(), hostLabel: z.string(), keyFile: z.string(), attempt: z.number().int() }),
  z.object({
    kind: z.literal('password'),
    promptId: z.string(),
    hostLabel: z.string(),
    asking: AskingMachine,
    attempt: z.number().int(),
  }),
  z.object({
    kind: z.literal('keyboard-interactive'),
    promptId: z.string(),
    hostLabel: z.string(),
    asking: AskingMachine,
    title: z.string(),
    instructions: z.string(),
    questions: z.array(z.object({ text: z.string(), echo: z.boolean() })),
  }),
  z.object({
    kind: z.literal('sudo-password'),
    promptId: z.string(),
    hostLabel: z.string(),
    user: z.string(),
    /** What will be run as root, in words. */
    purpose: z.string(),
    attempt: z.number().int(),
  }),
]);
export type Prompt = z.infer<typeof Prompt>;

export const PromptAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('cancel') }),
  z.object({ kind: z.literal('accept') }),
  /** `remember` keeps it in the OS keyring, or in memory where there is none (passphrases only). */
  z.object({ kind: z.literal('secret'), secret: z.string().max(1024), remember: z.boolean().optional() }),
  z.object({ kind: z.literal('answers'), answers: z.array(z.string().max(1024)).max(MAX_SIGN_IN_QUESTIONS) }),
]);
export type PromptAnswer = z.infer<typeof PromptAnswer>;

/** A name in ~/.ssh/config; its settings are resolved when it is chosen. */
export const SshConfigCandidate = z.object({ alias: z.string(), alreadyAdded: z.boolean() }).readonly();
export type SshConfigCandidate = z.infer<typeof SshConfigCandidate>;

/** What came of importing several hosts: one that cannot be imported does not stop the others. */
export const ImportResult = z
  .object({ added: z.array(HostProfile), failed: z.array(z.object({ alias: z.string(), error: PanelErrorSchema })) })
  .readonly();
export type ImportResult = z.infer<typeof ImportResult>;

/** One line of the connection test: each link of the chain, in order. */
export const TestStep = z
  .object({
    name: z.string(),
    verdict: z.enum(['ok', 'warning', 'failed', 'unknown']),
    message: z.string(),
    error: PanelErrorSchema.optional(),
  })
  .readonly();
export type TestStep = z.infer<typeof TestStep>;

export const hostCalls = [
  call('hosts.state', z.void(), HostsState),
  /** Adds a host (no id) or replaces one (same id). */
  call('hosts.save', z.object({ profile: HostProfile }), HostProfile),
  call('hosts.remove', z.object({ hostId: HostId }), z.void()),
  /** Names only, without running ssh. */
  call('hosts.importCandidates', z.void(), z.array(SshConfigCandidate)),
  call('hosts.importAliases', z.object({ aliases: z.array(z.string().max(255)).min(1).max(200) }), ImportResult),
  /** Connects to this host, in place of no other one; starts a lab where it is a lab's id. Resolves before it is connected. */
  call('hosts.open', z.object({ hostId: HostId }), z.void()),
  call('hosts.disconnect', z.object({ hostId: HostId }), z.void()),
  call('hosts.retryNow', z.object({ hostId: HostId }), z.void()),
  call('hosts.test', z.object({ profile: HostProfile }), z.array(TestStep)),
  call('hosts.answerPrompt', z.object({ promptId: z.string().max(100), answer: PromptAnswer }), z.void()),
  call('hosts.openPrompts', z.void(), z.array(Prompt)),
  /** Injects or clears a named fault of a lab; `lab-not-running` where there is none. */
  call('hosts.labFault', z.object({ hostId: HostId, fault: z.string().max(100), on: z.boolean() }), z.void()),
] as const;

export const hostEvents = [
  event('hosts.changed', HostsState),
  event('hosts.prompted', Prompt),
  event('hosts.promptClosed', z.object({ promptId: z.string() })),
] as const;
