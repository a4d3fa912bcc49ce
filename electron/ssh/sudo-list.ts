interface Entry {
  readonly runAs: readonly string[];
  readonly options: readonly string[];
  readonly commands: readonly string[];
}

/**
 * Whether sudo would run this command as root without a password, by what `sudo -ll` lists for the user (sudo 1.8 and 1.9).
 * `sudo -l COMMAND` does not tell: it succeeds for what takes a password as soon as any rule takes none (sudoers(5), listpw).
 * As in sudoers, the last rule that matches decides. A pattern this does not know (a regular expression) matches nothing.
 */
export function allowsWithoutPassword(listing: string, argv: readonly string[]): boolean {
  const [head = '', ...blocks] = listing.split(/^Sudoers entry:.*$/m);
  const isFreeByDefault = /(?:^|[\s,])!authenticate(?:,|\s|$)/.test(head);
  let isFree = false;
  for (const { runAs, options, commands } of blocks.map(parseEntry)) {
    if (!runAs.some((user) => user === 'root' || user === 'ALL' || user === '#0')) continue;
    const isEntryFree = options.includes('!authenticate') || (isFreeByDefault && !options.includes('authenticate'));
    for (const command of commands) {
      const isDenied = command.startsWith('!');
      if (matches(isDenied ? command.slice(1) : command, argv)) isFree = isEntryFree && !isDenied;
    }
  }
  return isFree;
}

function parseEntry(block: string): Entry {
  const listOf = (name: string): string[] | null => new RegExp(`^ +${name}: (.*)$`, 'm').exec(block)?.[1]?.split(/,\s*/) ?? null;
  const commands = /^ +Commands:\n((?:[\t ]+\S.*(?:\n|$))*)/m.exec(block)?.[1] ?? '';
  return {
    runAs: listOf('RunAsUsers') ?? ['root'],
    options: listOf('Options') ?? [],
    commands: commands
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  };
}

/** A command of sudoers: ALL; a path, or a folder with a slash at its end; with arguments, `""` for none, or nothing for any. */
function matches(pattern: string, [program = '', ...args]: readonly string[]): boolean {
  if (pattern === 'ALL') return true;
  const [, path = '', wanted] = /^((?:\\.|[^\\ ])+)(?: (.*))?$/.exec(pattern) ?? [];
  const folder = program.slice(0, program.lastIndexOf('/') + 1);
  const isProgram = path.endsWith('/') ? glob(path, '[^/]').test(folder) : glob(path, '[^/]').test(program);
  if (!isProgram || wanted === undefined) return isProgram;
  return wanted === '""' ? args.length === 0 : glob(wanted, '[\\s\\S]').test(args.join(' '));
}

/** Wildcards of glob(7) without its classes; a backslash makes the next character stand for itself. `any` matches one character. */
function glob(pattern: string, any: string): RegExp {
  const parts = pattern.match(/\\.|./gs) ?? [];
  const source = parts.map((part) => {
    if (part === '*') return `${any}*`;
    if (part === '?') return any;
    return (part.length > 1 ? part.slice(1) : part).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`);
}
