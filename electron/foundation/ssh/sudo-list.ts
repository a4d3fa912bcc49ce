import { outputLines } from '../../../shared/output-lines.ts';

const ROOT: ReadonlySet<string> = new Set(['root', 'ALL', '#0']);

interface Entry {
  readonly runAs: readonly string[];
  readonly options: readonly string[];
  readonly commands: readonly string[];
}

/**
 * Whether sudo would run this command as root without a password, by what `sudo -ll` lists for the user (sudo 1.8 and 1.9).
 * `sudo -l COMMAND` cannot tell: it succeeds for a command that needs a password as soon as any rule needs none (sudoers(5), listpw).
 * As in sudoers, the last rule that matches decides. sudo lists arguments as the patterns it matches them by, sudo-rs as they are (`literal`).
 * A pattern this does not know (a regular expression) matches nothing.
 */
export function allowsWithoutPassword(listing: string, argv: readonly string[], args: 'pattern' | 'literal' = 'pattern'): boolean {
  const [head = [], ...blocks] = blocksOf(listing);
  const isFreeByDefault = isFreeIn(head);
  let isFree = false;
  for (const entry of blocks.map(parseEntry)) {
    if (!isAsRoot(entry.runAs)) continue;
    const isEntryFree = isFreeEntry(entry, isFreeByDefault);
    for (const command of entry.commands) {
      const isDenied = command.startsWith('!');
      if (matches(isDenied ? command.slice(1) : command, argv, args)) isFree = isEntryFree && !isDenied;
    }
  }
  return isFree;
}

/** The commands that `sudo -ll` lists as free of a password for root, as sudo spells them and without those that are denied. */
export function commandsWithoutPassword(listing: string): readonly string[] {
  const [head = [], ...blocks] = blocksOf(listing);
  const isFreeByDefault = isFreeIn(head);
  return blocks
    .map(parseEntry)
    .filter((entry) => isAsRoot(entry.runAs) && isFreeEntry(entry, isFreeByDefault))
    .flatMap(({ commands }) => commands.filter((command) => !command.startsWith('!')));
}

const isFreeIn = (head: readonly string[]): boolean => head.some((line) => wordsOf(line).includes('!authenticate'));

const isFreeEntry = ({ options }: Entry, isFreeByDefault: boolean): boolean =>
  options.includes('!authenticate') || (isFreeByDefault && !options.includes('authenticate'));

/** Whether a list of users to run as has root: the last that matches decides, `!` takes it out. */
function isAsRoot(users: readonly string[]): boolean {
  const last = users.findLast((user) => ROOT.has(user.replace(/^!/, '')));
  return last !== undefined && !last.startsWith('!');
}

/** Whether `sudo -V` is that of sudo-rs, which prints it to stderr. */
export function isVersionOfSudoRs(answer: { readonly stdout: string; readonly stderr: string }): boolean {
  return /^sudo-rs /m.test(`${answer.stdout}\n${answer.stderr}`);
}

/** The lines before the first entry, then those of each entry. */
function blocksOf(listing: string): readonly string[][] {
  const blocks: string[][] = [[]];
  for (const line of outputLines(listing)) {
    if (line.startsWith('Sudoers entry:')) blocks.push([]);
    else blocks.at(-1)?.push(line);
  }
  return blocks;
}

const wordsOf = (line: string): readonly string[] => line.split(/[\s,]+/);

function parseEntry(block: readonly string[]): Entry {
  const listOf = (name: string): string[] | null => {
    const found = block.find((line) => line.startsWith(' ') && line.trimStart().startsWith(`${name}: `))?.trimStart();
    return found?.slice(name.length + 2).split(/,\s*/) ?? null;
  };
  const start = block.findIndex((line) => line.startsWith(' ') && line.trim() === 'Commands:');
  const commands = start < 0 ? [] : block.slice(start + 1);
  const end = commands.findIndex((line) => !/^[\t ]+\S/.test(line));
  return {
    runAs: listOf('RunAsUsers') ?? ['root'],
    options: listOf('Options') ?? [],
    commands: (end < 0 ? commands : commands.slice(0, end)).map((line) => line.trim()),
  };
}

/** A command of sudoers: ALL; a path, or a folder with a slash at its end; with arguments, `""` for none, or nothing for any. */
function matches(pattern: string, [program = '', ...args]: readonly string[], kind: 'pattern' | 'literal'): boolean {
  if (pattern === 'ALL') return true;
  const end = endOfPath(pattern);
  const path = pattern.slice(0, end);
  const wanted = pattern[end] === ' ' ? pattern.slice(end + 1) : undefined;
  const folder = program.slice(0, program.lastIndexOf('/') + 1);
  const isProgram = path !== '' && globMatches(path, path.endsWith('/') ? folder : program, '/');
  if (!isProgram || wanted === undefined) return isProgram;
  if (wanted === '""') return args.length === 0;
  return kind === 'literal' ? wanted === args.join(' ') : globMatches(wanted, args.join(' '), null);
}

/** Where the path of a command ends: at the first blank without a backslash. */
function endOfPath(pattern: string): number {
  for (let at = 0; at < pattern.length; at += 1) {
    if (pattern[at] === '\\') at += 1;
    else if (pattern[at] === ' ') return at;
  }
  return pattern.length;
}

/**
 * Wildcards of glob(7) without its classes; a backslash makes the next character literal. No wildcard matches `barrier`.
 * Goes back to the last star only, which is enough, so that the work is bounded by the product of both lengths.
 */
function globMatches(pattern: string, text: string, barrier: string | null): boolean {
  const parts = pattern.match(/\\.|./gs) ?? [];
  let part = 0;
  let at = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    const wanted = parts[part];
    const letter = text[at];
    if (wanted === '*') {
      star = part;
      starAt = at;
      part += 1;
    } else if (wanted !== undefined && (wanted === '?' ? letter !== barrier : wanted.at(-1) === letter)) {
      part += 1;
      at += 1;
    } else if (star >= 0 && text[starAt] !== barrier) {
      starAt += 1;
      at = starAt;
      part = star + 1;
    } else return false;
  }
  return parts.slice(part).every((rest) => rest === '*');
}
