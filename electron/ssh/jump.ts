import { join } from 'node:path';
import type { ParsedKey } from 'ssh2';
import { problem } from './errors.ts';
import type { HostKeyPolicy } from './host-key.ts';
import { DEFAULT_KEY_NAMES, type KeyFile, keyFromText, readKeyFiles } from './key-files.ts';
import type { ConnectionOptions } from './options.ts';
import { type ResolvedHost, resolveAlias } from './ssh-config.ts';
import { expandHome } from './ssh-config-file.ts';

const MAX_HOPS = 8;

/** One SSH server on the way to the host; the last one is the host itself. */
export interface Hop {
  readonly hostName: string;
  readonly port: number;
  readonly user: string;
  /** The name its key is kept under (HostKeyAlias, else the host name). */
  readonly keyName: string;
  readonly hostKeys: HostKeyPolicy;
  readonly agentPath: string | null;
  readonly identitiesOnly: boolean;
  readonly keyFiles: readonly KeyFile[];
}

/** `user@host:port,ssh://host2,[::1]:22` as hops, first to last (ssh_config(5), ProxyJump). Throws `ssh-bad-jump`. */
export function parseProxyJump(text: string): { readonly user: string | null; readonly host: string; readonly port: number | null }[] {
  return text
    .split(',')
    .map((part) => part.trim().replace(/^ssh:\/\//, ''))
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.lastIndexOf('@');
      const address = part.slice(at + 1);
      const found = /^\[([^\]]+)\](?::(\d+))?$/.exec(address) ?? /^([^:]+)(?::(\d+))?$/.exec(address) ?? /^([0-9A-Fa-f:]+)$/.exec(address);
      const host = found?.[1];
      if (host === undefined || host.startsWith('-')) {
        throw problem({
          code: 'ssh-bad-jump',
          layer: 'laptop',
          message: `"${part}" is no jump host.`,
          hint: 'Write jump hosts as user@host:port, several with commas between.',
          retryable: false,
        });
      }
      return { user: at > 0 ? part.slice(0, at) : null, host, port: found?.[2] === undefined ? null : Number(found[2]) };
    });
}

/**
 * The hops to a host, from its profile and the operator's SSH configuration, which is read again each time.
 * Throws ssh-bad-jump, ssh-config-broken, ssh-proxy-command.
 */
export async function planRoute(o: ConnectionOptions, unlocked: Map<string, ParsedKey>): Promise<Hop[]> {
  const { profile } = o;
  if (o.privateKeys !== undefined) return [await builtInHop(o, o.privateKeys)];
  const config = await resolveAlias(profile.sshConfigAlias ?? profile.hostName, o);
  if (config.proxyCommand !== null) {
    throw problem({
      code: 'ssh-proxy-command',
      layer: 'laptop',
      message: 'Your SSH configuration reaches this host through a ProxyCommand, which the panel cannot run.',
      hint: 'Use ProxyJump in its place, or give the host an address that can be reached directly.',
      retryable: false,
    });
  }
  const fromAlias = profile.sshConfigAlias !== undefined;
  const last = await toHop(o, config, unlocked, {
    hostName: fromAlias ? config.hostName : profile.hostName,
    port: fromAlias ? config.port : profile.port,
    user: fromAlias ? config.user : profile.user,
    useAgent: profile.useAgent,
  });
  const jumps: Hop[] = [];
  let via = profile.proxyJump ?? config.proxyJump;
  while (via !== null && via.toLowerCase() !== 'none' && jumps.length < MAX_HOPS) {
    const parsed = parseProxyJump(via);
    const chain: Hop[] = [];
    let before: string | null = null;
    for (const [index, jump] of parsed.entries()) {
      const resolved = await resolveAlias(jump.host, o);
      // Only the first hop may have a way of its own; ssh reaches the others through it.
      if (index === 0) before = resolved.proxyJump;
      chain.push(
        await toHop(o, resolved, unlocked, {
          hostName: resolved.hostName,
          port: jump.port ?? resolved.port,
          user: jump.user ?? resolved.user,
          useAgent: profile.useAgent,
        }),
      );
    }
    jumps.unshift(...chain);
    via = before;
  }
  return [...jumps, last];
}

async function builtInHop(o: ConnectionOptions, privateKeys: readonly string[]): Promise<Hop> {
  const { hostName, port, user } = o.profile;
  return {
    hostName,
    port,
    user,
    keyName: hostName,
    hostKeys: {
      files: [o.knownHostsFile],
      refuseUnknown: false,
      hashNames: false,
      ...(o.trustedHostKeys === undefined ? {} : { trusted: o.trustedHostKeys }),
    },
    agentPath: null,
    identitiesOnly: true,
    keyFiles: await Promise.all(privateKeys.map(keyFromText)),
  };
}

async function toHop(
  o: ConnectionOptions,
  config: ResolvedHost,
  unlocked: Map<string, ParsedKey>,
  target: { readonly hostName: string; readonly port: number; readonly user: string; readonly useAgent: boolean },
): Promise<Hop> {
  const usersOwn = config.userKnownHostsFiles.length > 0 ? config.userKnownHostsFiles : [o.knownHostsFile];
  const chosen = o.profile.identityFiles.map((file) => expandHome(file, o.homeFolder));
  const configured = config.identityFiles.filter((file) => !file.endsWith('_sk') && !file.endsWith('id_dsa'));
  const byDefault = DEFAULT_KEY_NAMES.map((name) => join(o.homeFolder, '.ssh', name));
  const paths = [...chosen, ...configured, ...(config.identitiesOnly ? [] : byDefault)];
  return {
    hostName: target.hostName,
    port: target.port,
    user: target.user,
    keyName: config.hostKeyAlias ?? target.hostName,
    hostKeys: {
      files: [...usersOwn, ...config.globalKnownHostsFiles],
      refuseUnknown: config.strictHostKeyChecking === 'yes' || config.strictHostKeyChecking === 'true',
      hashNames: config.hashKnownHosts,
      ...(o.trustedHostKeys === undefined ? {} : { trusted: o.trustedHostKeys }),
    },
    agentPath: target.useAgent ? agentPath(config, o) : null,
    identitiesOnly: config.identitiesOnly,
    keyFiles: await readKeyFiles(paths, unlocked, (path, why) => o.log.warn('ssh.key-unusable', { path, why })),
  };
}

function agentPath(config: ResolvedHost, o: ConnectionOptions): string | null {
  if (config.identityAgent !== null) return config.identityAgent.toLowerCase().endsWith('none') ? null : config.identityAgent;
  return o.environment['SSH_AUTH_SOCK'] ?? (process.platform === 'win32' ? '\\\\.\\pipe\\openssh-ssh-agent' : null);
}
