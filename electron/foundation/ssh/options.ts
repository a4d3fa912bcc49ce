import type { HostProfile, Prompt, PromptAnswer } from '../../../shared/capabilities/hosts/contract.ts';
import type { Logger } from '../log/log.ts';

type WithoutAddress<T> = T extends unknown ? Omit<T, 'promptId' | 'hostLabel'> : never;

/** A prompt of a connection to the operator; the caller adds an id and the host's label. */
export type PromptQuestion = WithoutAddress<Prompt>;

export type PromptUser = (question: PromptQuestion, signal: AbortSignal) => Promise<PromptAnswer>;

export interface ConnectionOptions {
  readonly profile: HostProfile;
  readonly promptUser: PromptUser;
  readonly homeFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where accepted host keys are written, unless the SSH configuration names another file. */
  readonly knownHostsFile: string;
  /** Base64 of raw key blobs; when given they are the only truth and known_hosts is not read. */
  readonly trustedHostKeys?: readonly string[];
  /** PEM or OpenSSH text; when given no key file, agent or SSH configuration is read. */
  readonly privateKeys?: readonly string[];
  /** 0 turns keepalive off. */
  readonly keepaliveSeconds: () => number;
  readonly sudoKeepMinutes: () => number;
  readonly log: Logger;
  readonly now?: () => number;
  readonly random?: () => number;
}
