import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import SSHConfig, { LineType } from 'ssh-config';
import type { SshConfigCandidate } from '../../shared/contract/hosts.ts';
import { problem } from './errors.ts';
import { expandHome, readSshConfig } from './ssh-config-file.ts';

export interface SshConfigOptions {
  readonly homeFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** False = read the files without asking an installed OpenSSH (tests, and where there is none). */
  readonly useOpenSsh?: boolean;
}

/** What OpenSSH would use for a host; paths are absolute, tokens replaced. */
export interface ResolvedHost {
  readonly hostName: string;
  readonly port: number;
  readonly user: string;
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  /** A socket path; null = SSH_AUTH_SOCK; 'none' = no agent. */
  readonly identityAgent: string | null;
  readonly proxyJump: string | null;
  readonly proxyCommand: string | null;
  /** Empty = the default. */
  readonly userKnownHostsFiles: readonly string[];
  readonly globalKnownHostsFiles: readonly string[];
  readonly strictHostKeyChecking: string;
  readonly hostKeyAlias: string | null;
  readonly hashKnownHosts: boolean;
}

const run = promisify(execFile);
const OPENSSH_LIMIT_MS = 5_000;

/**
 * The settings for an alias or host name: by `ssh -G` where OpenSSH is installed, else from ~/.ssh/config.
 * Throws `ssh-config-broken`.
 */
export async function resolveAlias(alias: string, o: SshConfigOptions): Promise<ResolvedHost> {
  const settings = (o.useOpenSsh === false ? null : await askOpenSsh(alias, o)) ?? (await computeFromFiles(alias, o));
  return toResolved(alias, settings, o);
}

/** Every plain alias of ~/.ssh/config and its includes, resolved; patterns are no hosts. */
export async function listSshConfigHosts(o: SshConfigOptions): Promise<readonly Omit<SshConfigCandidate, 'alreadyAdded'>[]> {
  const aliases = new Set<string>();
  for (const line of SSHConfig.parse(await readSshConfig(configFile(o), o.homeFolder))) {
    if (line.type !== LineType.DIRECTIVE || line.param.toLowerCase() !== 'host') continue;
    const names = typeof line.value === 'string' ? line.value.split(/\s+/) : line.value.map((part) => part.val);
    for (const name of names) {
      if (name !== '' && !/[*?!]/.test(name) && !name.startsWith('-')) aliases.add(name);
    }
  }
  const found: Omit<SshConfigCandidate, 'alreadyAdded'>[] = [];
  for (const alias of aliases) {
    const host = await resolveAlias(alias, o);
    const { hostName, port, user, proxyJump } = host;
    found.push({ alias, hostName, port, user, ...(proxyJump === null ? {} : { proxyJump }) });
  }
  return found;
}

type Settings = ReadonlyMap<string, readonly string[]>;
const configFile = (o: SshConfigOptions): string => join(o.homeFolder, '.ssh', 'config');

/**
 * The home folder OpenSSH works in: it asks the user database, not HOME (ssh(1), FILES), and Node's homedir() does the
 * opposite. Null = the database does not know this user.
 */
function accountHome(): string | null {
  try {
    return userInfo().homedir;
  } catch {
    return null;
  }
}

async function askOpenSsh(alias: string, o: SshConfigOptions): Promise<Settings | null> {
  if (alias.startsWith('-')) return null;
  const flat = o.homeFolder === accountHome() ? null : await writeFlatConfig(o);
  try {
    const { stdout } = await run('ssh', [...(flat === null ? [] : ['-F', flat]), '-G', '--', alias], {
      env: { ...o.environment },
      timeout: OPENSSH_LIMIT_MS,
      windowsHide: true,
    });
    const settings = new Map<string, string[]>();
    for (const line of stdout.split(/\r?\n/)) {
      const space = line.indexOf(' ');
      if (space < 0) continue;
      const key = line.slice(0, space).toLowerCase();
      settings.set(key, [...(settings.get(key) ?? []), line.slice(space + 1)]);
    }
    return settings.has('hostname') ? settings : null;
  } catch (thrown) {
    const said = thrown instanceof Error && 'stderr' in thrown ? String(thrown.stderr) : '';
    const stderr = flat === null ? said : said.replaceAll(flat, configFile(o));
    if (!/configuration option|line \d+:|terminating,/i.test(stderr)) return null;
    throw problem(
      {
        code: 'ssh-config-broken',
        layer: 'laptop',
        message: 'Your SSH configuration has a line that ssh itself refuses.',
        hint: 'Correct the line named in the details, then connect again.',
        retryable: false,
        detail: stderr.trim().slice(0, 500),
      },
      thrown,
    );
  } finally {
    if (flat !== null) await rm(dirname(flat), { recursive: true, force: true });
  }
}

/** The configuration of a home folder that ssh would not look into, in one file: it would miss the includes there too. */
async function writeFlatConfig(o: SshConfigOptions): Promise<string> {
  const text = await readSshConfig(configFile(o), o.homeFolder);
  const file = join(await mkdtemp(join(tmpdir(), 'ada-ssh-')), 'config');
  await writeFile(file, text, { mode: 0o600 });
  return file;
}

async function computeFromFiles(alias: string, o: SshConfigOptions): Promise<Settings> {
  const text = await readSshConfig(configFile(o), o.homeFolder);
  const computed = SSHConfig.parse(text).compute(alias, { ignoreCase: true, matchExec: false });
  return new Map(Object.entries(computed).map(([key, value]) => [key.toLowerCase(), typeof value === 'string' ? [value] : value]));
}

function toResolved(alias: string, settings: Settings, o: SshConfigOptions): ResolvedHost {
  const first = (key: string): string | null => settings.get(key)?.[0] ?? null;
  const unlessNone = (value: string | null): string | null => (value === null || value.toLowerCase() === 'none' ? null : value);
  const user = first('user') ?? o.environment['USER'] ?? userInfo().username;
  const hostName = (first('hostname') ?? alias).replaceAll('%h', alias).replaceAll('%%', '%');
  const path = (text: string): string => {
    const tokens: Readonly<Record<string, string>> = { d: o.homeFolder, h: hostName, n: alias, r: user, u: userInfo().username, '%': '%' };
    const replaced = text.replaceAll('"', '').replace(/%([dhnru%])/g, (_whole, token: string) => tokens[token] ?? '');
    return expandHome(replaced, o.homeFolder);
  };
  const paths = (key: string): string[] =>
    (settings.get(key) ?? [])
      .flatMap((value) => value.split(/\s+/))
      .filter((value) => value !== '' && value.toLowerCase() !== 'none')
      .map(path);
  const agent = first('identityagent');
  const byDefault = join(accountHome() ?? o.homeFolder, '.ssh', 'known_hosts');
  const usersOwn = paths('userknownhostsfile');
  return {
    hostName,
    port: Number(first('port') ?? 22) || 22,
    user,
    identityFiles: (settings.get('identityfile') ?? []).filter((value) => value.toLowerCase() !== 'none').map(path),
    identitiesOnly: first('identitiesonly')?.toLowerCase() === 'yes',
    identityAgent: agent === null || agent === 'SSH_AUTH_SOCK' ? null : agent.startsWith('$') ? envPath(agent, o) : path(agent),
    proxyJump: unlessNone(first('proxyjump')),
    proxyCommand: unlessNone(first('proxycommand')),
    userKnownHostsFiles: usersOwn[0] === byDefault ? [] : usersOwn,
    globalKnownHostsFiles: paths('globalknownhostsfile'),
    strictHostKeyChecking: first('stricthostkeychecking')?.toLowerCase() ?? 'ask',
    hostKeyAlias: unlessNone(first('hostkeyalias')),
    hashKnownHosts: first('hashknownhosts')?.toLowerCase() === 'yes',
  };
}

/** The agent whose socket a variable names; without the variable there is none, as ssh has it. */
function envPath(name: string, o: SshConfigOptions): string {
  return o.environment[name.replace(/^\$\{?|\}$/g, '')] ?? 'none';
}
