import { FileError, type Files } from '../base/files.ts';

const FOLDER = '/etc/sudoers.d';

/** Logical lines of a sudoers file: comments out, continued lines joined. */
function logicalLines(text: string): readonly string[] {
  return text
    .replaceAll(/\\\r?\n/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}

/** Splits at unescaped commas and unescapes the parts twice, the second time as a pattern of fnmatch(3). */
function commands(list: string): readonly string[] {
  return list
    .split(/(?<!\\),/)
    .map((command) =>
      command
        .trim()
        .replaceAll(/\\([,:=\\ ])/g, '$1')
        .replaceAll(/\\(.)/g, '$1')
        .replaceAll(/\s+/g, ' '),
    )
    .filter((command) => command !== '');
}

/** The commands a drop-in lets `user` run without a password, exactly as written (the subset of sudoers(5) that the panel writes). */
export function commandsWithoutPassword(text: string, user: string): ReadonlySet<string> {
  const aliases = new Map<string, readonly string[]>();
  const allowed = new Set<string>();
  for (const line of logicalLines(text)) {
    const alias = /^Cmnd_Alias\s+([A-Z][A-Z0-9_]*)\s*=\s*(.+)$/.exec(line);
    const rule = /^(\S+)\s+ALL\s*=\s*(?:\((?:root|ALL)(?::[A-Za-z]+)?\))?\s*NOPASSWD:\s*(.+)$/.exec(line);
    if (alias !== null) aliases.set(alias[1] ?? '', commands(alias[2] ?? ''));
    else if (rule !== null && rule[1] === user) {
      for (const command of commands(rule[2] ?? '')) for (const one of aliases.get(command) ?? [command]) allowed.add(one);
    }
  }
  return allowed;
}

/** Line number (from 1) of the first syntax error; null = none. */
export function firstSyntaxError(text: string): number | null {
  const joined = text.split('\n');
  for (let index = 0; index < joined.length; index += 1) {
    let line = joined[index] ?? '';
    const startsAt = index;
    while (line.endsWith('\\') && index + 1 < joined.length) {
      index += 1;
      line = line.slice(0, -1) + (joined[index] ?? '');
    }
    const bare = line.replace(/(^|\s)#.*$/, '').trim();
    const known =
      bare === '' ||
      /^(Cmnd|User|Host|Runas)_Alias\s+[A-Z][A-Z0-9_]*\s*=\s*\S+/.test(bare) ||
      /^Defaults\b/.test(bare) ||
      /^\S+\s+\S+\s*=\s*\S+/.test(bare);
    if (!known) return startsAt + 1;
  }
  return null;
}

/** The commands of all drop-ins; sudo ignores files with a dot in the name and files that others may write. */
export function allowedWithoutPassword(files: Files, user: string): ReadonlySet<string> {
  const allowed = new Set<string>();
  for (const name of files.list(FOLDER, 'root')) {
    if (name.includes('.') || name.endsWith('~')) continue;
    try {
      const file = files.stat(`${FOLDER}/${name}`, 'root');
      if (file.owner !== 'root' || (file.mode & 0o022) !== 0) continue;
      for (const command of commandsWithoutPassword(file.data.toString('utf8'), user)) allowed.add(command);
    } catch (thrown) {
      if (!(thrown instanceof FileError)) throw thrown;
    }
  }
  return allowed;
}
