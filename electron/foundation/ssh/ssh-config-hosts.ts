import { readConfigLines, userConfig } from './ssh-config-file.ts';
import { criteriaOf, listCovers } from './ssh-config-match.ts';
import type { ConfigLine } from './ssh-config-words.ts';
import { matchesPatterns } from './wildcard.ts';

/**
 * Every plain name of ~/.ssh/config and its Includes that a person may connect to, in the order of the file: names after Host,
 * and those of `Match host` and `Match originalhost`. Patterns are no hosts. Runs no program.
 */
export async function listSshConfigAliases(homeFolder: string): Promise<readonly string[]> {
  const aliases = new Set<string>();
  for (const line of await readConfigLines(userConfig(homeFolder))) {
    if (line.keyword !== 'host' && line.keyword !== 'match') continue;
    for (const name of namesOf(line)) {
      if (line.blocks.slice(0, -1).every((block) => mayCover(block, name))) aliases.add(name);
    }
  }
  return [...aliases];
}

function namesOf(block: ConfigLine): string[] {
  const names =
    block.keyword === 'host'
      ? block.words
      : criteriaOf(block).flatMap(({ name, negated, value }) => (isHostName(name) && !negated ? value.split(',') : []));
  return names.filter((name) => name.trim() !== '' && !/[*?!\p{C}]/u.test(name) && !name.startsWith('-'));
}

const isHostName = (criterion: string): boolean => criterion === 'host' || criterion === 'originalhost';

/** Whether a block around an Include can apply to the name; a condition that only ssh can evaluate counts as true. */
function mayCover(block: ConfigLine, name: string): boolean {
  if (block.keyword === 'host') return matchesPatterns(block.words, name);
  return criteriaOf(block).every(
    (criterion) => criterion.name !== 'originalhost' || listCovers(criterion.value, name) !== criterion.negated,
  );
}
