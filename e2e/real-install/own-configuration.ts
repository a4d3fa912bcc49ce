import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { HostRelease } from '../host/image.ts';

/** Where apt keeps its sources, their keys and the logins for them, below /etc/apt. */
const APT_PATHS = ['sources.list', 'sources.list.d', 'keyrings', 'trusted.gpg.d', 'auth.conf', 'auth.conf.d'];
/** Settings of apt that decide what can be fetched, as `apt-config dump` prints them. */
const APT_SETTING = /^Acquire::(?:https?|Check-|Retries|ForceIPv)/;
const VARIABLE = /^(?:PIP_|UV_|(?:https?|all|no)_proxy$)/i;
/** Authorities that an administrator added; update-ca-certificates reads them. */
const OWN_AUTHORITIES = '/usr/local/share/ca-certificates';

/**
 * Gives an unpacked Debian this computer's way to packages: sources and settings of apt, pip and uv, proxies, and added certificate
 * authorities. A host in the same network would be configured like that. Sources of apt are taken from the same release only.
 */
export function copyOwnConfiguration(root: string, release: HostRelease): void {
  if (isRelease(release)) copyAptSources(join(root, 'etc', 'apt'));
  const settings = readAptSettings();
  if (settings !== '') write(join(root, 'etc', 'apt', 'apt.conf.d', '90-own-computer'), settings);
  if (existsSync(OWN_AUTHORITIES)) cpSync(OWN_AUTHORITIES, join(root, OWN_AUTHORITIES), { recursive: true, dereference: true });
  const config = process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config');
  copyFirst([process.env['PIP_CONFIG_FILE'], join(config, 'pip', 'pip.conf'), '/etc/pip.conf'], join(root, 'etc', 'pip.conf'));
  copyFirst([process.env['UV_CONFIG_FILE'], join(config, 'uv', 'uv.toml'), '/etc/uv/uv.toml'], join(root, 'etc', 'uv', 'uv.toml'));
  writeVariables(root);
}

function isRelease(release: HostRelease): boolean {
  return existsSync('/etc/os-release') && readFileSync('/etc/os-release', 'utf8').split('\n').includes(`VERSION_CODENAME=${release}`);
}

function copyAptSources(folder: string): void {
  for (const name of APT_PATHS) {
    const from = join('/etc/apt', name);
    rmSync(join(folder, name), { recursive: true, force: true });
    if (existsSync(from)) cpSync(from, join(folder, name), { recursive: true, dereference: true });
  }
  mkdirSync(join(folder, 'sources.list.d'), { recursive: true });
  for (const source of readdirSync(join(folder, 'sources.list.d')))
    copyKeys(join(folder, 'sources.list.d', source), dirname(dirname(folder)));
}

/** Copies the keys that a source names by path. */
function copyKeys(source: string, root: string): void {
  for (const [, key = ''] of readFileSync(source, 'utf8').matchAll(/signed-by\s?[:=]\s?(\/[\w./+-]+)/gi))
    if (existsSync(key)) cpSync(key, join(root, key), { dereference: true });
}

function readAptSettings(): string {
  const dump = spawnSync('apt-config', ['dump'], { encoding: 'utf8' }).stdout ?? '';
  return dump
    .split('\n')
    .filter((line) => APT_SETTING.test(line))
    .map((line) => `${line}\n`)
    .join('');
}

/** Also for units, which see nothing of /etc/environment. Paths are left out: they are of this computer. */
function writeVariables(root: string): void {
  const variables = Object.entries(process.env).flatMap(([name, value]) =>
    VARIABLE.test(name) && value !== undefined && !value.startsWith('/') && !/["'\\\n]/.test(value) ? [`${name}="${value}"`] : [],
  );
  if (variables.length === 0) return;
  appendFileSync(join(root, 'etc', 'environment'), variables.map((line) => `${line}\n`).join(''));
  write(
    join(root, 'etc', 'systemd', 'system.conf.d', 'own-computer.conf'),
    `[Manager]\n${variables.map((line) => `DefaultEnvironment='${line.replace(/"/g, '').replaceAll('%', '%%')}'\n`).join('')}`,
  );
}

function copyFirst(paths: readonly (string | undefined)[], to: string): void {
  const from = paths.find((path) => path !== undefined && existsSync(path));
  if (from !== undefined) write(to, readFileSync(from, 'utf8'));
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
