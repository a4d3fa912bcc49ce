import { userInfo } from 'node:os';
import { checkedAlias } from './checked-names.ts';
import { evaluateWithOpenSsh } from './open-ssh.ts';
import { computeSettings, needsOpenSshError } from './ssh-config-compute.ts';
import { type PlacedLine, readConfigLines, systemConfig, userConfig } from './ssh-config-file.ts';
import { accountHome, type SshConfigOptions } from './ssh-config-options.ts';
import { expandPath, hasUnknownParts, pathOfPrinted, splitPrintedPaths, type TokenValues } from './ssh-config-paths.ts';

/** What OpenSSH would use for a host; paths are absolute, tokens replaced. */
export interface ResolvedHost {
  readonly hostName: string;
  readonly port: number;
  readonly user: string;
  /** Those that the configuration names; the names that ssh tries by default are not among them. */
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  /** A socket path; null = SSH_AUTH_SOCK; 'none' = no agent. */
  readonly identityAgent: string | null;
  /** As written, tokens included. */
  readonly proxyJump: string | null;
  readonly proxyCommand: string | null;
  /** Null = the default; empty = none. */
  readonly userKnownHostsFiles: readonly string[] | null;
  readonly globalKnownHostsFiles: readonly string[];
  readonly revokedHostKeyFiles: readonly string[];
  readonly knownHostsCommand: string | null;
  /** StrictHostKeyChecking yes; every other value asks. */
  readonly refusesUnknownKeys: boolean;
  readonly hostKeyAlias: string | null;
  /** Null = not set. */
  readonly hostKeyAlgorithms: readonly string[] | null;
  readonly hashKnownHosts: boolean;
  readonly checkHostIp: boolean;
}

/** Where settings come from: each value as ssh prints it, or as the words of a line. */
interface Settings {
  /** Every value of a keyword as one text. */
  all(keyword: string): readonly string[];
  /** A keyword that takes one path, expanded; null = not set. */
  path(keyword: string, values: TokenValues): string | null;
  /** A keyword that takes several, expanded unless `values` is null; null = not set. Throws ssh-config-ambiguous-path. */
  paths(keyword: string, values: TokenValues | null): readonly string[] | null;
}

const SYSTEM_KNOWN_HOSTS = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'] as const;

/**
 * The settings for an alias or host name: by `ssh -G` where OpenSSH is installed, else from ~/.ssh/config.
 * Throws ssh-bad-alias, ssh-config-broken, ssh-config-timeout, ssh-config-needs-openssh, ssh-config-ambiguous-path.
 */
export async function resolveAlias(alias: string, o: SshConfigOptions): Promise<ResolvedHost> {
  checkedAlias(alias);
  const lines = await readConfigLines(userConfig(o.homeFolder));
  const printed = o.useOpenSsh === false ? null : await evaluateWithOpenSsh(alias, lines, o);
  if (printed === null) return toResolved(alias, fromLines(lines, alias, o), o);
  const ofSystem = await readConfigLines(systemConfig(o.homeFolder, o.environment));
  return toResolved(alias, fromPrinted(printed, [...lines, ...ofSystem], o), o);
}

function fromPrinted(printed: ReadonlyMap<string, readonly string[]>, lines: readonly PlacedLine[], o: SshConfigOptions): Settings {
  const homes = { printedHome: accountHome() ?? o.homeFolder, homeFolder: o.homeFolder };
  const configured = (keyword: string) => lines.filter((line) => line.keyword === keyword).map((line) => line.words);
  const first = (keyword: string): string | null => printed.get(keyword)?.[0] ?? null;
  return {
    all: (keyword) => printed.get(keyword) ?? [],
    path: (keyword, values) => {
      const text = first(keyword);
      return text === null ? null : pathOfPrinted({ printed: text, configured: configured(keyword), values, ...homes });
    },
    paths: (keyword, values) => {
      const text = first(keyword);
      return text === null ? null : splitPrintedPaths(keyword, { printed: text, configured: configured(keyword), values, ...homes });
    },
  };
}

function fromLines(lines: readonly PlacedLine[], alias: string, o: SshConfigOptions): Settings {
  const computed = computeSettings(lines, alias);
  const expand = (word: string, values: TokenValues | null): string => (values === null ? word : expandPath(word, values, o.homeFolder));
  return {
    all: (keyword) => {
      const values = (computed.get(keyword) ?? []).map((words) => words.join(' '));
      return keyword === 'hostname' ? values.map((name) => name.replaceAll('%h', alias).replaceAll('%%', '%')) : values;
    },
    path: (keyword, values) => {
      const word = computed.get(keyword)?.[0]?.[0];
      return word === undefined ? null : expand(word, values);
    },
    paths: (keyword, values) => {
      const words = computed.get(keyword)?.[0] ?? null;
      // A list of keys that is not found would count as empty, and a changed key as unknown.
      const unknown = words?.find((word) => values !== null && hasUnknownParts(word, values, o.homeFolder));
      if (unknown !== undefined) throw needsOpenSshError(`${keyword} ${unknown}`);
      return words?.map((word) => expand(word, values)) ?? null;
    },
  };
}

function toResolved(alias: string, settings: Settings, o: SshConfigOptions): ResolvedHost {
  const first = (keyword: string): string | null => settings.all(keyword)[0] ?? null;
  const isYes = (keyword: string): boolean => ['yes', 'true'].includes(first(keyword)?.toLowerCase() ?? '');
  const unlessNone = (value: string | null): string | null => (value === null || value.toLowerCase() === 'none' ? null : value);
  const values: TokenValues = {
    hostName: first('hostname') ?? alias,
    alias,
    hostKeyAlias: unlessNone(first('hostkeyalias')),
    port: Number(first('port') ?? 22) || 22,
    user: first('user') ?? o.environment['USER'] ?? userInfo().username,
    proxyJump: unlessNone(first('proxyjump')),
    environment: o.environment,
  };
  const path = (text: string): string => expandPath(text, values, o.homeFolder);
  const paths = (keyword: string, expandedBy: TokenValues | null = values): readonly string[] | null =>
    settings.paths(keyword, expandedBy)?.filter((file) => file.toLowerCase() !== 'none') ?? null;
  const usersOwn = paths('userknownhostsfile');
  const algorithms = first('hostkeyalgorithms')?.split(',') ?? null;
  return {
    hostName: values.hostName,
    port: values.port,
    user: values.user,
    identityFiles: namedOnly(settings.all('identityfile')).map(path),
    identitiesOnly: isYes('identitiesonly'),
    identityAgent: agentOf(first('identityagent'), settings.path('identityagent', values), o),
    proxyJump: values.proxyJump,
    proxyCommand: unlessNone(first('proxycommand')),
    userKnownHostsFiles: isDefaultOf(usersOwn, o) ? null : usersOwn,
    globalKnownHostsFiles: (paths('globalknownhostsfile') ?? SYSTEM_KNOWN_HOSTS).map((file) =>
      file.replace(/^__PROGRAMDATA__/, o.environment['ProgramData'] ?? 'C:\\ProgramData'),
    ),
    // OpenSSH uses this path unchanged: a `~` in it is a folder of that name.
    revokedHostKeyFiles: paths('revokedhostkeys', null) ?? [],
    knownHostsCommand: unlessNone(first('knownhostscommand')),
    refusesUnknownKeys: isYes('stricthostkeychecking'),
    hostKeyAlias: values.hostKeyAlias,
    // A list that adds to or takes from the default is resolved by OpenSSH only.
    hostKeyAlgorithms: algorithms !== null && /^[+^-]/.test(algorithms[0] ?? '') ? null : algorithms,
    hashKnownHosts: isYes('hashknownhosts'),
    checkHostIp: isYes('checkhostip'),
  };
}

/** Without a setting OpenSSH prints the names that it tries by default: those are several, and no choice of the operator's. */
function namedOnly(identityFiles: readonly string[]): readonly string[] {
  const isUsual = (file: string): boolean => /[\\/]\.ssh[\\/]id_(?:rsa|dsa|ecdsa|ecdsa_sk|ed25519|ed25519_sk|xmss)$/.test(file);
  const isDefault = identityFiles.length > 3 && identityFiles.every(isUsual);
  return isDefault ? [] : identityFiles.filter((file) => file.toLowerCase() !== 'none');
}

function isDefaultOf(files: readonly string[] | null, o: SshConfigOptions): boolean {
  if (files === null) return true;
  const homes = [accountHome(), o.homeFolder].filter((home) => home !== null);
  const [first, second, ...more] = files.map((file) => file.replaceAll('\\', '/'));
  return (
    more.length === 0 &&
    homes.some((home) => {
      const usual = `${home.replaceAll('\\', '/')}/.ssh/known_hosts`;
      return first === usual && (second === undefined || second === `${usual}2`);
    })
  );
}

/** IdentityAgent: a path, `none`, or a variable that names the socket; without the variable there is no agent, as ssh has it. */
function agentOf(value: string | null, path: string | null, o: SshConfigOptions): string | null {
  if (value === null || path === null || value === 'SSH_AUTH_SOCK') return null;
  if (value.startsWith('$')) return o.environment[value.replace(/^\$\{?|\}$/g, '')] ?? 'none';
  return value.toLowerCase() === 'none' ? 'none' : path;
}
