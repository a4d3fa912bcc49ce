import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';

const MAX_DEPTH = 16;

/**
 * The text of an ssh_config file with its Include lines replaced by the files they name (ssh_config(5)).
 * After an included file the enclosing Host or Match line is repeated, so that a block ends where its file ends.
 * A file that is missing or unreadable counts as empty, as ssh treats an Include without a match.
 */
export async function readSshConfig(file: string, homeFolder: string, depth = 0): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return '';
  }
  const lines: string[] = [];
  let block = 'Host *';
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(host|match)[\s=]/i.test(line)) block = line;
    const include = /^\s*include[\s=]+(.*?)\s*$/i.exec(line)?.[1];
    if (include === undefined) {
      lines.push(line);
      continue;
    }
    if (depth >= MAX_DEPTH) continue;
    for (const pattern of include.match(/"[^"]*"|\S+/g) ?? []) {
      for (const included of await expandPattern(pattern.replaceAll('"', ''), homeFolder)) {
        lines.push(await readSshConfig(included, homeFolder, depth + 1));
      }
    }
    lines.push(block);
  }
  return lines.join('\n');
}

async function expandPattern(pattern: string, homeFolder: string): Promise<string[]> {
  const path = expandHome(pattern, homeFolder);
  const absolute = isAbsolute(path) ? path : join(homeFolder, '.ssh', path);
  if (!/[*?]/.test(absolute)) return [absolute];
  const folder = dirname(absolute);
  const wanted = new RegExp(
    `^${basename(absolute)
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => wanted.test(name) && !name.startsWith('.'))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** `~` and `~/x` under the operator's home folder. */
export function expandHome(path: string, homeFolder: string): string {
  if (path === '~') return homeFolder;
  return path.startsWith('~/') || path.startsWith('~\\') ? join(homeFolder, path.slice(2)) : path;
}
