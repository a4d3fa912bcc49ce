import type { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ConnectionSnapshot } from '../../../shared/capabilities/hosts/contract.ts';

/** What a finished remote command left. Exit code null = it died by `signal` or the connection went. */
export interface ExecResult {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly elapsedMs: number;
  /** True when output was cut at `maxOutputBytes`. */
  readonly truncated: boolean;
}

export interface ExecOptions {
  readonly stdin?: string | Buffer;
  /** Default 20 000. After it the remote process is ended and `ssh-command-timeout` is thrown. */
  readonly timeoutMs?: number;
  /** When it aborts, the remote process is ended and the reason is thrown. */
  readonly signal?: AbortSignal;
  /** Run as root. `purpose` is shown in the password prompt. */
  readonly sudo?: { readonly purpose: string };
  /** Default 4 MiB, stdout and stderr each. */
  readonly maxOutputBytes?: number;
}

/** Lines of a long-running remote command. Iterate once; leaving the loop or `close()` ends the remote process. */
export interface LineStream extends AsyncIterable<string> {
  /** Resolves when the command ended: with its exit code and the last 64 KiB of stderr. Never rejects. */
  readonly ended: Promise<{ readonly exitCode: number | null; readonly signal: string | null; readonly stderr: string }>;
  close(): void;
}

export interface LineOptions {
  /** Default 1 MiB; a longer line is cut and marked by a trailing U+2026. */
  readonly maxLineBytes?: number;
}

/**
 * The one door to a host. Commands are argv arrays, quoted in `ssh/quote.ts` only, run with LC_ALL=C.
 * At most 8 channels are open; short commands queue, streams hold theirs.
 * Every method throws PanelException: `ssh-not-connected`, `ssh-connection-lost`, `ssh-channel-refused`,
 * `ssh-command-timeout`; with sudo also `sudo-refused`, `sudo-wrong-password`, `sudo-not-permitted`, `sudo-cancelled`.
 */
export interface Transport {
  readonly snapshot: ConnectionSnapshot;
  /**
   * The machine at the far end: the configured destination and the host key it showed. Null before the first sign-in; while
   * offline, the last one. Addresses that are asked through it, and whatever was given for them, are relative to it.
   */
  machine(): string | null;
  /** Called on every change; returns its unsubscribe. */
  onChange(listener: (snapshot: ConnectionSnapshot) => void): () => void;
  exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  lines(argv: readonly string[], options?: LineOptions): LineStream;
  /** Whether sudo would run exactly this command, its program named by path, without a password. */
  mayRunAsRoot(argv: readonly string[]): Promise<boolean>;
  /** A sudo password that was typed stays in memory until the returned function is called: for a run of many commands. */
  holdSudo(): () => void;
  readFile(path: string, options?: { readonly maxBytes?: number }): Promise<Buffer>;
  /** Writes beside the target, syncs, keeps the old file as `TARGET.ada-<time>.bak`, renames into place. */
  writeFile(path: string, data: Buffer | string, options: { readonly mode: number; readonly backup: boolean }): Promise<void>;
  /** A socket to host:port as the host sees it; no local port is opened. */
  tunnel(hostName: string, port: number): Promise<Duplex>;
  /** An agent whose every request goes through {@link tunnel}. */
  httpAgent(): Agent;
}

/** A transport with its life cycle, as the hosts room holds it. */
export interface Connection extends Transport {
  connect(): void;
  /** Dials again at once: after wake, network return or the operator's click. Leaves `blocked` only when `byOperator`. */
  retryNow(options: { readonly byOperator: boolean }): void;
  /** Probes a connection that may have died in sleep; redials when it does not answer within 5 s. */
  probe(): void;
  disconnect(): void;
  /** Passwords in memory: for removing them from texts. */
  heldSecrets(): readonly string[];
  dispose(): void;
}
