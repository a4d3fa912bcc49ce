import { readFile, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { expandGlob } from './ssh-config-glob.ts';
import { type ConfigLine, parseConfigLine } from './ssh-config-words.ts';

const MAX_DEPTH = 16;
const MAX_FILE_BYTES = 1024 * 1024;
const MAX_LINES = 100_000;
/** Files that include each other would be read for ever, by every way through them; ssh refuses such a configuration. */
const MAX_FILES = 1_000;

/** A line of the configuration, with the Host and Match lines that it is under, outermost first. */
export interface PlacedLine extends ConfigLine {
  readonly file: string;
  readonly line: number;
  readonly blocks: readonly ConfigLine[];
}

/** Where a configuration begins, and what relative Includes are relative to. */
export interface ConfigSource {
  readonly file: string;
  readonly homeFolder: string;
  /** `~/.ssh`, or `/etc/ssh` for the system's own. */
  readonly includeFolder: string;
}

/** The operator's own configuration. */
export function userConfig(homeFolder: string): ConfigSource {
  const includeFolder = join(homeFolder, '.ssh');
  return { file: join(includeFolder, 'config'), homeFolder, includeFolder };
}

/** The configuration of the system, which ssh reads after the operator's. */
export function systemConfig(homeFolder: string, environment: Readonly<Record<string, string | undefined>>): ConfigSource {
  const includeFolder = process.platform === 'win32' ? join(environment['ProgramData'] ?? 'C:\\ProgramData', 'ssh') : '/etc/ssh';
  return { file: join(includeFolder, 'ssh_config'), homeFolder, includeFolder };
}

/**
 * The lines of an ssh_config file with its Includes put in place (ssh_config(5)): each line with the blocks it is subject to,
 * where an included file is subject to the block of its Include and its own blocks end with it.
 * A file that is missing, unreadable or over 1 MiB counts as empty, as ssh treats an Include without a match.
 */
export async function readConfigLines(source: ConfigSource): Promise<PlacedLine[]> {
  const lines: PlacedLine[] = [];
  let files = 0;
  await collect(source.file, [], 0);
  return lines;

  async function collect(file: string, outer: readonly ConfigLine[], depth: number): Promise<void> {
    if (files >= MAX_FILES) return;
    files += 1;
    let blocks = outer;
    for (const [index, text] of (await readConfigText(file)).split('\n').entries()) {
      const line = parseConfigLine(text);
      if (line === null || lines.length >= MAX_LINES) continue;
      if (line.keyword === 'host' || line.keyword === 'match') blocks = [...outer, line];
      if (line.keyword !== 'include') {
        lines.push({ ...line, file, line: index + 1, blocks });
        continue;
      }
      if (depth >= MAX_DEPTH) continue;
      for (const pattern of line.words) {
        const path = expandHome(pattern, source.homeFolder);
        for (const included of await expandGlob(isAbsolute(path) ? path : join(source.includeFolder, path))) {
          await collect(included, blocks, depth + 1);
        }
      }
    }
  }
}

async function readConfigText(file: string): Promise<string> {
  try {
    const info = await stat(file);
    return info.isFile() && info.size <= MAX_FILE_BYTES ? await readFile(file, 'utf8') : '';
  } catch {
    return '';
  }
}

/** `~`, `~/x` and `~NAME/x` of the operator's own name under the operator's home folder; other homes are not known. */
export function expandHome(path: string, homeFolder: string): string {
  const [head = ''] = path.split(/[\\/]/, 1);
  const isOwn = head === '~' || (head.startsWith('~') && head.slice(1) === ownName());
  return isOwn ? join(homeFolder, path.slice(head.length)) : path;
}

function ownName(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}
