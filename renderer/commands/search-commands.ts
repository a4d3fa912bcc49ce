import type { Command } from './commands.ts';

/** Commands under one heading. */
export interface CommandGroup {
  readonly group: string;
  readonly commands: readonly Command[];
}

/** Words of a question that name nothing: "how do I stop the shim" looks for "stop shim". */
const FILLERS: ReadonlySet<string> = new Set(
  'a an and can do does for from how i in is it me my of on please show the to want what where with'.split(' '),
);
const SEPARATORS = /[^\p{L}\p{N}]+/u;
/** A shorter part of a word is found in too many of them. */
const MIN_INFIX_CHARS = 3;
const RECENT_GROUP = 'Recent';

const wordsOf = (text: string): readonly string[] => text.toLowerCase().split(SEPARATORS).filter(Boolean);

/** How well `token` fits: 4 a word of the title, 3 its beginning, 2 the same of other words, 1 a part of any word, 0 not at all. */
function scoreOf(token: string, title: readonly string[], others: readonly string[]): number {
  if (title.includes(token)) return 4;
  if (title.some((word) => word.startsWith(token))) return 3;
  if (others.some((word) => word.startsWith(token))) return others.includes(token) ? 2.5 : 2;
  return token.length >= MIN_INFIX_CHARS && [...title, ...others].some((word) => word.includes(token)) ? 1 : 0;
}

/** Mean score of the words typed; 0 when one of them fits nowhere. */
function matchOf(command: Command, tokens: readonly string[]): number {
  const title = wordsOf(command.title);
  const others = wordsOf(`${command.group} ${command.words ?? ''}`);
  let sum = 0;
  for (const token of tokens) {
    const score = scoreOf(token, title, others);
    if (score === 0) return 0;
    sum += score;
  }
  return sum / tokens.length;
}

/** What is looked for: fillers are dropped, unless nothing else was typed. */
function tokensOf(query: string): readonly string[] {
  const all = wordsOf(query);
  const telling = all.filter((word) => !FILLERS.has(word));
  return telling.length > 0 ? telling : all;
}

function grouped(commands: readonly Command[]): readonly CommandGroup[] {
  const groups = new Map<string, Command[]>();
  for (const command of commands) {
    const known = groups.get(command.group);
    if (known === undefined) groups.set(command.group, [command]);
    else known.push(command);
  }
  return [...groups].map(([group, of]) => ({ group, commands: of }));
}

/**
 * What the palette lists. Nothing typed: the recent commands, then all but results. Else what has every word typed, the best
 * first; among equals commands that are available and recent. `recent` are ids, newest first.
 */
export function searchCommands(commands: readonly Command[], query: string, recent: readonly string[]): readonly CommandGroup[] {
  const tokens = tokensOf(query);
  if (tokens.length === 0) {
    if (query.trim() !== '') return [];
    const again = recent.flatMap((id) => commands.find((command) => command.id === id) ?? []);
    const rest = commands.filter((command) => command.isResult !== true && !again.includes(command));
    return [...(again.length === 0 ? [] : [{ group: RECENT_GROUP, commands: again }]), ...grouped(rest)];
  }
  const bonus = ({ id, unavailable }: Command): number =>
    (unavailable == null ? 0.5 : 0) + (recent.includes(id) ? 0.4 * (1 - recent.indexOf(id) / recent.length) : 0);
  const found = commands.flatMap((command) => {
    const match = matchOf(command, tokens);
    return match === 0 ? [] : [{ command, score: match + bonus(command) }];
  });
  // Sorting is stable: equals stay in the order of the pages.
  return grouped(found.sort((a, b) => b.score - a.score).map(({ command }) => command));
}
