import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sourceHash } from './build.mjs';
import { hashOfFolder } from './fallback-runtime.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '..');

describe.skipIf(process.platform === 'win32')('set-up', () => {
  let folder: string;
  beforeAll(() => {
    // A name that differs from its file address.
    folder = join(mkdtempSync(join(tmpdir(), 'ada-setup-')), 'ein Ordner mit ü');
    mkdirSync(folder);
  });
  afterAll(() => rmSync(dirname(folder), { recursive: true, force: true }));

  const script = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  const address = (module: string): string => JSON.stringify(pathToFileURL(join(HERE, module)).href);

  it('knows that a script was started by itself, in a folder with a blank and a letter beyond ASCII', () => {
    const file = script('started.mjs', `import { isStartedBy } from ${address('output.mjs')}; console.log(isStartedBy(import.meta.url));`);
    expect(spawnSync(process.execPath, [file], { encoding: 'utf8' }).stdout).toBe('true\n');
  });

  it.each([
    ['EROFS', 'Run this from a writable folder.'],
    ['EACCES', 'Give your user write permission there'],
  ])('ends in one line when a file cannot be written (%s)', (code, remedy) => {
    const failure = `Object.assign(new Error('${code}: mkdir /x'), { code: '${code}' })`;
    const file = script('failing.mjs', `import { runMain } from ${address('output.mjs')}; runMain(async () => { throw ${failure}; });`);
    const { status, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(remedy);
  });

  it('passes SIGTERM on to the program that it started', async () => {
    const inner = `console.log(process.pid); setInterval(() => {}, 1000);`;
    const file = script(
      'running.mjs',
      `import { run } from ${address('processes.mjs')}; process.exitCode = await run(process.execPath, ['-e', ${JSON.stringify(inner)}]);`,
    );
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(child.stdout, 'data');
    const started = Number(String(line).trim());
    expect(() => process.kill(started, 0)).not.toThrow();
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(() => process.kill(started, 0)).toThrow();
  });

  it('ends a program that takes longer than its limit', () => {
    const text = `import { run } from ${address('processes.mjs')}; console.log(await run('sleep', ['600'], { limitMs: 200 }));`;
    const { stdout, stderr } = spawnSync(process.execPath, [script('late.mjs', text)], { encoding: 'utf8' });
    expect(stdout).toBe('1\n');
    expect(stderr).toContain('did not end within 0.2 s');
  });

  it('hashes a build the same in every locale', () => {
    const text = `import { sourceHash } from ${address('build.mjs')}; console.log(sourceHash(${JSON.stringify(ROOT)}));`;
    const file = script('hash.mjs', text);
    const hashes = ['C.UTF-8', 'cs_CZ.UTF-8', 'et_EE.UTF-8'].map(
      (locale) => spawnSync(process.execPath, [file], { encoding: 'utf8', env: { ...process.env, LC_ALL: locale, LANG: locale } }).stdout,
    );
    expect(new Set([...hashes, `${sourceHash()}\n`]).size).toBe(1);
  });

  it('refuses a runtime whose files are changed, linked, or may be written by others', () => {
    const runtime = join(folder, 'runtime');
    mkdirSync(join(runtime, 'locales'), { recursive: true });
    writeFileSync(join(runtime, 'electron'), 'one');
    writeFileSync(join(runtime, 'locales', 'en.pak'), 'two');
    const known = hashOfFolder(runtime);
    writeFileSync(join(runtime, 'locales', 'en.pak'), 'tw0');
    expect(hashOfFolder(runtime)).not.toBe(known);
    writeFileSync(join(runtime, 'locales', 'en.pak'), 'two');
    expect(hashOfFolder(runtime)).toBe(known);
    writeFileSync(join(runtime, 'libextra.so'), '');
    expect(hashOfFolder(runtime)).not.toBe(known);
    rmSync(join(runtime, 'libextra.so'));
    chmodSync(join(runtime, 'electron'), 0o666);
    expect(() => hashOfFolder(runtime)).toThrow('may be written by others');
    chmodSync(join(runtime, 'electron'), 0o755);
    symlinkSync('/bin/true', join(runtime, 'link'));
    expect(() => hashOfFolder(runtime)).toThrow('not a regular file');
  });
});
