import { userInfo } from 'node:os';

export interface SshConfigOptions {
  readonly homeFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** False = read the files without asking an installed OpenSSH (tests, and where there is none). */
  readonly useOpenSsh?: boolean;
  /** How long `ssh -G` may take, commands of `Match exec` included; default 60 s. */
  readonly openSshTimeoutMs?: number;
}

/**
 * The home folder OpenSSH works in: it asks the user database, not HOME (ssh(1), FILES), and Node's homedir() does the
 * opposite. Null = the database does not know this user.
 */
export function accountHome(): string | null {
  try {
    return userInfo().homedir;
  } catch {
    return null;
  }
}
