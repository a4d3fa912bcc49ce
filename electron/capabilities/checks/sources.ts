import type { GatewayProfile, OverloadPlan, OverloadRun } from '../../../shared/capabilities/gateway/contract.ts';
import type { HostAnswers } from '../../foundation/host-reader/answers.ts';
import type { HttpRequest, Reply } from '../../foundation/http/client.ts';

/** A program of the chain, as the panel reaches it: through SSH on the host's own address unless Settings name another. */
export type EndpointName = 'nginx' | 'shim' | 'invokeai' | 'comfyui';

/** A request with limits that suit a small answer; a GET of the same path is sent once a run. */
export type CheckRequest = Partial<Pick<HttpRequest, 'method' | 'headers' | 'timeoutMs' | 'maxBytes'>> & {
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
};

/** With which credentials the gateway is asked: the saved token, none, or one that is wrong. */
export type GatewayCredentials = 'token' | 'none' | 'wrong';

/** How a port answered when this computer tried to connect to it directly, without SSH. */
export type PortOutcome =
  | { readonly kind: 'open' }
  | { readonly kind: 'refused' }
  /** No answer: a firewall drops it, or the host cannot be reached this way. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'unknown'; readonly reason: string };

/** The clock of a machine against this computer's. */
export interface ClockReading {
  readonly offsetMs: number;
  /** How far off the offset may be: half of the time that the question took. */
  readonly uncertaintyMs: number;
}

/** Where checks look. Every member asks its source at most once a run; what cannot be asked throws PanelException. */
export interface CheckSources {
  readonly nowMs: number;
  /** The host as it is listed. */
  readonly host: {
    readonly label: string;
    readonly hostName: string;
    /** The lab's host has no address in the network. */
    readonly isLab: boolean;
    /** What its reader answered. Throws what exec throws. */
    answers(): HostAnswers;
    clock(): ClockReading;
    /** Whether sudo would run this without a password. */
    mayRunAsRoot(argv: readonly string[]): Promise<boolean>;
  };
  http(endpoint: EndpointName, request: CheckRequest): Promise<Reply>;
  /** The status of nginx for a WebSocket at this path; 101 = it is open, and closed again at once. */
  upgrade(path: string): Promise<number>;
  /** Connects from this computer, not through SSH. */
  tryPort(port: number): Promise<PortOutcome>;
  /** Asks a port of the host from this computer, not through SSH; for a port that is open. */
  askPort(port: number, request: CheckRequest): Promise<Reply>;
  readonly gateway: {
    /** Null = none is set up for this host. */
    readonly profile: GatewayProfile | null;
    readonly hasToken: boolean;
    request(request: CheckRequest & { readonly as?: GatewayCredentials }): Promise<Reply>;
    /** Its listener without authentication; null = not reachable from here, since it listens on its own machine only. */
    readonly observe: ((request: CheckRequest) => Promise<Reply>) | null;
    /** The end of the certificate that it shows; null = plain http. */
    certificateEndsAt(): Promise<number | null>;
    /** Runs the overload test to its end; other ones have to wait. Throws gateway-overload-running, gateway-not-set-up. */
    overload(plan: OverloadPlan): Promise<OverloadRun>;
    /** What the reader of its machine answered. Throws checks-gateway-machine where the panel does not sign in there. */
    answers(): HostAnswers;
    clock(): ClockReading;
    mayRunAsRoot(argv: readonly string[]): Promise<boolean>;
  };
}
