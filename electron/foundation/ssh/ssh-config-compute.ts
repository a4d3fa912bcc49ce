import { userInfo } from 'node:os';
import { panelError } from '../../../shared/errors.ts';
import { plainText } from '../../../shared/plain-text.ts';
import type { PlacedLine } from './ssh-config-file.ts';
import { criteriaOf, listCovers } from './ssh-config-match.ts';
import type { ConfigLine } from './ssh-config-words.ts';
import { matchesPatterns } from './wildcard.ts';

/** Keywords that add up; of all others the first value counts. */
const ADDING_UP = new Set(['identityfile', 'certificatefile']);

/**
 * The settings for a name from the lines alone, where no OpenSSH is installed: keyword → the words of each value that counts.
 * Throws ssh-config-needs-openssh where only OpenSSH can evaluate a Match.
 */
export function computeSettings(lines: readonly PlacedLine[], alias: string): ReadonlyMap<string, readonly (readonly string[])[]> {
  const settings = new Map<string, (readonly string[])[]>();
  const judged = new Map<ConfigLine, boolean>();
  const first = (key: string): string | null => settings.get(key)?.[0]?.[0] ?? null;
  const applies = (block: ConfigLine): boolean => {
    // A block is judged where it begins: settings that follow it do not change that.
    const known = judged.get(block);
    if (known !== undefined) return known;
    const verdict = block.keyword === 'host' ? matchesPatterns(block.words, alias) : matches(block);
    judged.set(block, verdict);
    return verdict;
  };
  const matches = (block: ConfigLine): boolean =>
    criteriaOf(block).every(({ name, negated, value }) => {
      const hostName = (first('hostname') ?? alias).replaceAll('%h', alias);
      const names: Readonly<Record<string, string>> = {
        host: hostName,
        originalhost: alias,
        user: first('user') ?? userInfo().username,
        localuser: userInfo().username,
      };
      if (name === 'all') return !negated;
      if (name === 'canonical') return negated;
      const subject = names[name];
      if (subject === undefined) throw needsOpenSshError(`Match ${name}`);
      return listCovers(value, subject) !== negated;
    });

  for (const line of lines) {
    if (!line.blocks.every(applies) || line.words.length === 0 || line.keyword === 'host' || line.keyword === 'match') continue;
    const known = settings.get(line.keyword);
    if (known === undefined) settings.set(line.keyword, [line.words]);
    else if (ADDING_UP.has(line.keyword)) known.push(line.words);
  }
  return settings;
}

/** A setting that only OpenSSH can evaluate. Code ssh-config-needs-openssh. */
export function needsOpenSshError(setting: string) {
  return panelError({
    code: 'ssh-config-needs-openssh',
    layer: 'laptop',
    message: `Your SSH configuration contains "${plainText(setting, 100)}", which only OpenSSH can evaluate.`,
    hint: 'Install the OpenSSH client on this computer (the command "ssh"), then connect again.',
    retryable: false,
  });
}
