import type { ConfigLine } from './ssh-config-words.ts';
import { asciiLowerCase, matchesPatterns } from './wildcard.ts';

/** One condition of a Match line. */
export interface Criterion {
  readonly name: string;
  readonly negated: boolean;
  /** Empty for `all`, `canonical` and `final`. */
  readonly value: string;
}

const WITHOUT_VALUE = new Set(['all', 'canonical', 'final']);

/** The conditions of a Match line; each takes the next word, or what follows its `=`. */
export function criteriaOf(match: ConfigLine): Criterion[] {
  const criteria: Criterion[] = [];
  for (let at = 0; at < match.words.length; at += 1) {
    const word = match.words[at] ?? '';
    const negated = word.startsWith('!');
    const equals = word.indexOf('=');
    const name = word.slice(negated ? 1 : 0, equals < 0 ? undefined : equals).toLowerCase();
    if (WITHOUT_VALUE.has(name)) criteria.push({ name, negated, value: '' });
    else if (equals >= 0) criteria.push({ name, negated, value: word.slice(equals + 1) });
    else {
      at += 1;
      criteria.push({ name, negated, value: match.words[at] ?? '' });
    }
  }
  return criteria;
}

/** Whether a comma-separated pattern list covers a name, the case of the patterns aside. */
export function listCovers(list: string, name: string): boolean {
  return matchesPatterns(asciiLowerCase(list).split(','), asciiLowerCase(name));
}
