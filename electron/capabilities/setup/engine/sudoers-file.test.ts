import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { HOST_SCRIPTS, scriptArgv } from '../../../../shared/host-scripts/index.ts';
import { SETUP_FILE_EXITS } from '../../../../shared/host-scripts/setup.ts';
import { SUDOERS_PATH } from '../../../../shared/host-scripts/sudoers.ts';

/** A namespace of mounts of its own, with a sudo of its own: both take root on Linux. */
function canRun(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/etc/sudoers.d')) return false;
  return spawnSync('unshare', ['-m', 'sh', '-c', 'command -v visudo']).status === 0;
}

describe.runIf(canRun())('the script that writes files, for a sudo rule, with the real visudo', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ada-sudoers-'));
  const included = join(folder, 'sudoers.d');
  const installed = join(included, 'ada-panel');
  const BOUND = `mount --bind ${folder}/sudoers /etc/sudoers && mount --bind ${included} /etc/sudoers.d || exit 99; exec "$@"`;
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const write = (name: string, text: string): void => {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o440);
  };
  const install = (text: string, replaces: string | null, arrives = text.length): number | null => {
    const head = [SUDOERS_PATH, 'root', 'root', '440', sha256(text), replaces === null ? '-' : sha256(replaces), text.length, 'visudo'];
    const argv = ['-m', 'sh', '-c', BOUND, 'bound', ...scriptArgv(HOST_SCRIPTS.setupFiles, 'STAMP')];
    return spawnSync('unshare', argv, { input: `${head.join(' ')}\n${text.slice(0, arrives)}` }).status;
  };
  const ruleOf = (alias: string, command: string): string => `Cmnd_Alias ${alias} = ${command}\nnobody ALL=(root) NOPASSWD: ${alias}\n`;

  beforeEach(() => {
    rmSync(included, { recursive: true, force: true });
    mkdirSync(included, { mode: 0o755 });
    write('sudoers', 'root ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n');
    execFileSync('chown', ['-R', '0:0', folder]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('takes back what the other files of sudo do not go with', () => {
    const [taken, good, better] = [ruleOf('TAKEN', '/usr/bin/id'), ruleOf('MINE', '/usr/bin/id'), ruleOf('MINE', '/usr/bin/true')];
    write('sudoers.d/10-own', ruleOf('TAKEN', '/usr/bin/true'));
    expect(install(taken, null)).toBe(SETUP_FILE_EXITS.rejected);
    expect(readdirSync(included)).toEqual(['10-own']);
    expect(install(good, null)).toBe(0);
    expect(install(taken, good)).toBe(SETUP_FILE_EXITS.rejected);
    expect(readFileSync(installed, 'utf8')).toBe(good);
    expect(install(better, good)).toBe(0);
    expect(install(good, 'another text')).toBe(SETUP_FILE_EXITS.changed);
    expect(readFileSync(installed, 'utf8')).toBe(better);
    // sudo ignores names with a dot.
    expect(readdirSync(included)).toEqual(['10-own', 'ada-panel', 'ada-panel.ada-STAMP.bak']);
    expect(readFileSync(`${installed}.ada-STAMP.bak`, 'utf8')).toBe(good);
    expect(statSync(installed).mode & 0o7777).toBe(0o440);
  });

  it('installs nothing of a text that arrives cut', () => {
    const rule = ruleOf('MINE', '/usr/bin/id');
    expect(install(rule, null, rule.length - 10)).toBe(SETUP_FILE_EXITS.incomplete);
    expect(readdirSync(included)).toEqual([]);
  });

  it('is not stopped by what was wrong before', () => {
    const rule = ruleOf('MINE', '/usr/bin/id');
    write('sudoers.d/99-broken', 'no rule at all\n');
    expect(install(rule, null)).toBe(0);
    expect(readFileSync(installed, 'utf8')).toBe(rule);
    expect(install('nobody ALL=(root NOPASSWD\n', rule)).toBe(SETUP_FILE_EXITS.rejected);
    expect(readFileSync(installed, 'utf8')).toBe(rule);
  });
});
