import { HostProfile, type ImportResult, type SshConfigCandidate } from '../../../shared/capabilities/hosts/contract.ts';
import { type PanelError, panelError, toPanelError } from '../../../shared/errors.ts';
import { freshHostId } from '../../../shared/host-id.ts';
import { plainText } from '../../../shared/plain-text.ts';
import { checkedHostName, checkedUserName, resolvableHostName } from '../../foundation/ssh/checked-names.ts';
import { type ResolvedHost, resolveAlias } from '../../foundation/ssh/ssh-config.ts';
import type { SshConfigOptions } from '../../foundation/ssh/ssh-config-options.ts';

/** How many `ssh -G` run at a time: each is a process and may run the commands of `Match exec`. */
const AT_ONCE = 8;

/**
 * Profiles for the `aliases` that are `listed` and not added yet, in their order; adds the new ids to `taken`.
 * Hosts that cannot be imported are reported in `failed`.
 */
export async function importFromSshConfig(
  aliases: readonly string[],
  listed: readonly SshConfigCandidate[],
  taken: Set<string>,
  o: SshConfigOptions,
): Promise<ImportResult> {
  const known = new Map(listed.map((candidate) => [candidate.alias, candidate]));
  const added: HostProfile[] = [];
  const failed: { alias: string; error: PanelError }[] = [];
  const wanted: string[] = [];
  for (const alias of new Set(aliases)) {
    if (!known.has(alias)) failed.push({ alias, error: aliasMissingError(alias) });
    else if (known.get(alias)?.alreadyAdded === false) wanted.push(alias);
  }
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    const some = wanted.slice(at, at + AT_ONCE);
    const resolved = await Promise.allSettled(some.map(async (alias) => await resolveAlias(alias, o)));
    for (const [index, alias] of some.entries()) {
      const outcome = resolved[index];
      try {
        if (outcome?.status !== 'fulfilled') throw outcome?.reason;
        added.push(profileOf(alias, outcome.value, taken));
      } catch (thrown) {
        failed.push({ alias, error: toPanelError(thrown) });
      }
    }
  }
  return { added, failed };
}

function aliasMissingError(alias: string): PanelError {
  return {
    code: 'ssh-config-alias-missing',
    layer: 'laptop',
    message: `"${plainText(alias, 60)}" is no longer in ~/.ssh/config.`,
    hint: 'Refresh the list, or add the host by its address.',
    retryable: false,
  };
}

/** Jump hosts are not copied, since the configuration is read at every connection. */
function profileOf(alias: string, host: ResolvedHost, taken: Set<string>): HostProfile {
  const parsed = HostProfile.safeParse({
    id: freshHostId(alias, (id) => taken.has(id)),
    kind: 'ssh',
    label: plainText(alias, 60),
    sshConfigAlias: alias,
    hostName: resolvableHostName(checkedHostName(host.hostName)),
    port: host.port,
    user: checkedUserName(host.user),
    identityFiles: [],
    useAgent: true,
  });
  if (parsed.success) {
    taken.add(parsed.data.id);
    return parsed.data;
  }
  const fields = parsed.error.issues.map((issue) => String(issue.path[0]));
  throw panelError({
    code: 'ssh-config-not-importable',
    layer: 'laptop',
    message: `"${plainText(alias, 60)}" cannot be added: unsupported ${[...new Set(fields)].join(', ')}.`,
    hint: 'Correct the entry in ~/.ssh/config, or add the host by its address.',
    retryable: false,
  });
}
