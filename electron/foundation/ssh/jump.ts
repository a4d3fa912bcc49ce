import { join } from 'node:path';
import type { ParsedKey } from 'ssh2';
import { panelError } from '../../../shared/errors.ts';
import { checkedHostName, checkedUserName, resolvableHostName } from './checked-names.ts';
import type { HostKeyPolicy } from './host-key.ts';
import { checkedKeyPath, DEFAULT_KEY_NAMES, type KeyFile, keyFromText, readKeyFiles } from './key-files.ts';
import { type KnownHostName, knownHostName } from './known-hosts.ts';
import type { ConnectionOptions } from './options.ts';
import { type JumpTarget, parseProxyJump } from './proxy-jump.ts';
import { type ResolvedHost, resolveAlias } from './ssh-config.ts';
import { expandHome } from './ssh-config-file.ts';

const MAX_HOPS = 8;

/** One SSH server on the way to the host; the last one is the host itself. */
export interface Hop {
  /** As the resolver takes it. */
  readonly hostName: string;
  readonly port: number;
  readonly user: string;
  /** The names of its key in known_hosts. */
  readonly knownAs: KnownHostName;
  readonly hostKeys: HostKeyPolicy;
  readonly agentPath: string | null;
  readonly identitiesOnly: boolean;
  /** Keys that the profile or the configuration names, in their order. */
  readonly namedKeys: readonly KeyFile[];
  /** Keys with the names that ssh tries by default. */
  readonly defaultKeys: readonly KeyFile[];
}

/**
 * The hops to a host, from its profile and the operator's SSH configuration, which is read again each time.
 * Throws ssh-bad-jump, ssh-bad-host-name, ssh-host-name-with-port, ssh-bad-user-name, ssh-too-many-hops, ssh-proxy-command,
 * and what {@link resolveAlias} throws.
 */
export async function planRoute(o: ConnectionOptions, unlocked: Map<string, ParsedKey>): Promise<Hop[]> {
  const { profile } = o;
  if (o.privateKeys !== undefined) return [await builtInHop(o, o.privateKeys)];
  const alias = profile.sshConfigAlias ?? checkedHostName(profile.hostName);
  const config = await resolveAlias(alias, o);
  const fromAlias = profile.sshConfigAlias !== undefined;
  let target: JumpTarget = {
    alias,
    hostName: fromAlias ? config.hostName : profile.hostName,
    port: fromAlias ? config.port : profile.port,
    user: fromAlias ? config.user : profile.user,
  };
  const hops = [await toHop(o, config, unlocked, target)];
  // A jump of the profile takes the place of whatever way the configuration has, as with ssh -J.
  let via = profile.proxyJump === undefined ? config : { proxyJump: profile.proxyJump, proxyCommand: null };
  for (;;) {
    if (via.proxyCommand !== null) throw proxyCommandError(target.alias, hops.length > 1);
    if (via.proxyJump === null || via.proxyJump.toLowerCase() === 'none') return hops;
    const jumps = parseProxyJump(via.proxyJump, target);
    const [first] = jumps;
    if (first === undefined) return hops;
    if (hops.length + jumps.length > MAX_HOPS) throw tooManyHopsError(via.proxyJump);
    const chain: Hop[] = [];
    for (const jump of jumps) {
      const resolved = await resolveAlias(jump.host, o);
      const itself = { alias: jump.host, hostName: resolved.hostName, port: jump.port ?? resolved.port, user: jump.user ?? resolved.user };
      chain.push(await toHop(o, resolved, unlocked, itself));
      // Only the first jump host may have its own ProxyJump; ssh reaches the others through it.
      if (jump === first) {
        via = resolved;
        target = itself;
      }
    }
    hops.unshift(...chain);
  }
}

function proxyCommandError(alias: string, isJumpHost: boolean) {
  return panelError({
    code: 'ssh-proxy-command',
    layer: 'laptop',
    message: `${isJumpHost ? `The jump host ${alias}` : 'This host'} requires a ProxyCommand of your SSH configuration, which the panel cannot run.`,
    hint: 'Use ProxyJump instead, or an address that is reachable directly.',
    retryable: false,
  });
}

function tooManyHopsError(proxyJump: string) {
  return panelError({
    code: 'ssh-too-many-hops',
    layer: 'laptop',
    message: `This host has more than ${MAX_HOPS - 1} jump hosts; their ProxyJump settings may form a loop.`,
    hint: 'Set "ProxyJump none" for the jump host in your SSH configuration.',
    retryable: false,
    detail: proxyJump,
  });
}

async function builtInHop(o: ConnectionOptions, privateKeys: readonly string[]): Promise<Hop> {
  const { hostName, port, user } = o.profile;
  return {
    hostName,
    port,
    user,
    knownAs: knownHostName(hostName, port),
    hostKeys: {
      files: [o.knownHostsFile],
      writeTo: o.knownHostsFile,
      revokedKeyFiles: [],
      refuseUnknown: false,
      hashNames: false,
      checkAddress: false,
      hasCommand: false,
      algorithms: null,
      ...(o.trustedHostKeys === undefined ? {} : { trusted: o.trustedHostKeys }),
    },
    agentPath: null,
    identitiesOnly: true,
    namedKeys: await Promise.all(privateKeys.map(keyFromText)),
    defaultKeys: [],
  };
}

async function toHop(o: ConnectionOptions, config: ResolvedHost, unlocked: Map<string, ParsedKey>, target: JumpTarget): Promise<Hop> {
  const hostName = checkedHostName(target.hostName);
  const usersOwn = config.userKnownHostsFiles ?? [o.knownHostsFile, `${o.knownHostsFile}2`];
  const named = [...o.profile.identityFiles.map((file) => checkedKeyPath(expandHome(file, o.homeFolder))), ...config.identityFiles];
  const usual = DEFAULT_KEY_NAMES.map((name) => join(o.homeFolder, '.ssh', name)).filter((path) => !named.includes(path));
  const read = async (paths: readonly string[]): Promise<KeyFile[]> =>
    await readKeyFiles(paths, unlocked, (path, why) => o.log.warn('ssh.key-unusable', { path, why }));
  return {
    hostName: resolvableHostName(hostName),
    port: target.port,
    user: checkedUserName(target.user),
    knownAs: knownHostName(hostName, target.port, config.hostKeyAlias),
    hostKeys: {
      files: [...usersOwn, ...config.globalKnownHostsFiles],
      writeTo: usersOwn[0] ?? null,
      revokedKeyFiles: config.revokedHostKeyFiles,
      refuseUnknown: config.refusesUnknownKeys,
      hashNames: config.hashKnownHosts,
      checkAddress: config.checkHostIp,
      hasCommand: config.knownHostsCommand !== null,
      algorithms: config.hostKeyAlgorithms,
      ...(o.trustedHostKeys === undefined ? {} : { trusted: o.trustedHostKeys }),
    },
    agentPath: o.profile.useAgent ? agentPath(config, o) : null,
    identitiesOnly: config.identitiesOnly,
    namedKeys: await read(named),
    defaultKeys: config.identitiesOnly && named.length > 0 ? [] : await read(usual),
  };
}

function agentPath(config: ResolvedHost, o: ConnectionOptions): string | null {
  if (config.identityAgent !== null) return config.identityAgent === 'none' ? null : config.identityAgent;
  return o.environment['SSH_AUTH_SOCK'] ?? (process.platform === 'win32' ? '\\\\.\\pipe\\openssh-ssh-agent' : null);
}
