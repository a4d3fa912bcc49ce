import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type PanelException, panelError } from '../../../shared/errors.ts';
import { plainLines } from '../../../shared/plain-text.ts';
import type { PlacedLine } from './ssh-config-file.ts';
import { type FlatConfig, flatten } from './ssh-config-flat.ts';
import { accountHome, type SshConfigOptions } from './ssh-config-options.ts';

const run = promisify(execFile);
const OPENSSH_TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 1024 * 1024;

/**
 * What `ssh -G` prints for a name: keyword → values, as printed. Null = there is no OpenSSH with -G on this computer.
 * Throws ssh-config-broken and ssh-config-timeout: where ssh fails, no other configuration is used in its place.
 */
export async function evaluateWithOpenSsh(
  alias: string,
  lines: readonly PlacedLine[],
  o: SshConfigOptions,
): Promise<ReadonlyMap<string, readonly string[]> | null> {
  const timeout = o.openSshTimeoutMs ?? OPENSSH_TIMEOUT_MS;
  const flat = o.homeFolder === accountHome() ? null : await writeFlatConfig(flatten(lines));
  try {
    const { stdout } = await run('ssh', [...(flat === null ? [] : ['-F', flat.file]), '-G', '--', alias], {
      env: { ...o.environment },
      timeout,
      maxBuffer: MAX_OUTPUT_BYTES,
      windowsHide: true,
    });
    const settings = parsePrintedSettings(stdout);
    if (!settings.has('hostname')) throw sshConfigBrokenError(alias, 'ssh -G printed no host name');
    return settings;
  } catch (thrown) {
    if (!(thrown instanceof Error) || 'panelError' in thrown) throw thrown;
    if ('code' in thrown && thrown.code === 'ENOENT') return null;
    if ('killed' in thrown && thrown.killed === true && !('code' in thrown && thrown.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')) {
      throw sshConfigTimeoutError(alias, timeout);
    }
    const printed = 'stderr' in thrown ? String(thrown.stderr).slice(0, 4_000) : '';
    const stderr = (flat === null ? printed : withPlaces(printed, flat)).trim();
    // Before -G there was no such option; that ssh can be asked nothing.
    if (/(?:unknown|illegal|invalid) option\b/i.test(stderr) && !/line \d/i.test(stderr)) return null;
    throw sshConfigBrokenError(alias, plainLines(stderr === '' ? thrown.message : stderr, 500), thrown);
  } finally {
    if (flat !== null) await rm(dirname(flat.file), { recursive: true, force: true });
  }
}

/** Keyword → values of the lines that `ssh -G` prints: a keyword in lower case, a blank, and the rest of the line. */
export function parsePrintedSettings(stdout: string): ReadonlyMap<string, readonly string[]> {
  const settings = new Map<string, string[]>();
  for (const line of stdout.split(/\r?\n/)) {
    const blank = line.indexOf(' ');
    if (blank < 0) continue;
    const keyword = line.slice(0, blank).toLowerCase();
    const values = settings.get(keyword);
    if (values === undefined) settings.set(keyword, [line.slice(blank + 1)]);
    else values.push(line.slice(blank + 1));
  }
  return settings;
}

function sshConfigBrokenError(alias: string, detail: string, cause?: unknown): PanelException {
  const isLine = /line \d|configuration option/i.test(detail);
  return panelError(
    {
      code: 'ssh-config-broken',
      layer: 'laptop',
      message: isLine ? 'Your SSH configuration has an invalid line.' : `ssh could not read the settings for "${alias}".`,
      hint: isLine
        ? 'Correct the line named in the details, then connect again.'
        : `Run "ssh -G ${alias}" in a terminal, fix what it reports, then connect again.`,
      retryable: false,
      detail,
    },
    { cause },
  );
}

function sshConfigTimeoutError(alias: string, timeoutMs: number): PanelException {
  return panelError({
    code: 'ssh-config-timeout',
    layer: 'laptop',
    message: `ssh timed out after ${Math.round(timeoutMs / 1000)} s while reading the settings for "${alias}".`,
    hint: 'Check the "Match exec" commands in your SSH configuration, which may hang, then connect again.',
    retryable: true,
  });
}

interface FlatFile extends FlatConfig {
  readonly file: string;
}

/** Writes the configuration of a home folder that ssh would not read, includes merged, to one temporary file. */
async function writeFlatConfig(flat: FlatConfig): Promise<FlatFile> {
  const file = join(await mkdtemp(join(tmpdir(), 'ada-ssh-')), 'config');
  await writeFile(file, flat.text, { mode: 0o600 });
  return { ...flat, file };
}

/** Replaces line numbers of the merged file in ssh's output by the original files and lines. */
function withPlaces(printed: string, flat: FlatFile): string {
  const placed = printed.replaceAll(/ line (\d{1,7})\b/g, (whole, number: string) => {
    const place = flat.places[Number(number) - 1];
    return place === undefined ? whole : ` ${place.file} line ${place.line}`;
  });
  return placed.replaceAll(`${flat.file} `, '').replaceAll(flat.file, 'SSH configuration');
}
