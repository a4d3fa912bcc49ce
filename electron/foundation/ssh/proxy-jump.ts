import { panelError } from '../../../shared/errors.ts';
import { plainText } from '../../../shared/plain-text.ts';
import { checkedHostName, checkedUserName } from './checked-names.ts';

const MAX_PORT = 65_535;

/** One jump host of a ProxyJump; null = as the configuration of that host has it. */
export interface JumpHost {
  readonly user: string | null;
  readonly host: string;
  readonly port: number | null;
}

/** Values of the tokens of a ProxyJump: the machine that is reached through it. */
export interface JumpTarget {
  readonly hostName: string;
  readonly alias: string;
  readonly port: number;
  readonly user: string;
}

/**
 * `user@host:port,ssh://host2,[::1]:22` as jump hosts, first to last, with `%h`, `%n`, `%p` and `%r` of the target put in
 * (ssh_config(5), ProxyJump). Throws ssh-bad-jump.
 */
export function parseProxyJump(text: string, target: JumpTarget): JumpHost[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => parseOne(part, target));
}

function parseOne(part: string, target: JumpTarget): JumpHost {
  const address = part.replace(/^ssh:\/\//, '').replace(/\/$/, '');
  const at = address.lastIndexOf('@');
  const place = address.slice(at + 1);
  const found = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(place) ?? /^([^:]+)(?::(\d{1,5}))?$/.exec(place) ?? /^([0-9A-Fa-f:.]+)$/.exec(place);
  const port = found?.[2] === undefined ? null : Number(found[2]);
  try {
    if (found?.[1] === undefined || (port !== null && (port < 1 || port > MAX_PORT))) throw jumpError(part);
    const host = checkedHostName(withTokens(found[1], target));
    return { user: at > 0 ? checkedUserName(withTokens(address.slice(0, at), target)) : null, host, port };
  } catch (cause) {
    throw jumpError(part, cause);
  }
}

function withTokens(text: string, target: JumpTarget): string {
  const tokens: Readonly<Record<string, string>> = {
    '%': '%',
    h: target.hostName,
    n: target.alias,
    p: String(target.port),
    r: target.user,
  };
  return text.replace(/%([%hnpr])/g, (_whole, token: string) => tokens[token] ?? '');
}

function jumpError(part: string, cause?: unknown) {
  return panelError(
    {
      code: 'ssh-bad-jump',
      layer: 'laptop',
      message: `"${plainText(part, 100)}" is not a jump host.`,
      hint: 'Use user@host:port, separated by commas.',
      retryable: false,
    },
    { cause },
  );
}
