import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openSmallDisk, type SmallDisk, whyNoSmallDisk } from '../../testing/small-disk.ts';
import { createFileLogger } from '../log/log.ts';
import { appendLine, copyFileAtomic, exportFileAtomic, readText, writeFileAtomic, writeFileAtomicAsync } from './atomic-file.ts';

const OLD = '{"kept":true}';
const LARGE = 'x'.repeat(300_000);

describe('a whole file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ada-panel-files-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is written for its owner only, whatever was left beside it', () => {
    const file = join(folder, 'settings.json');
    writeFileSync(`${file}.new`, 'of a panel that was killed', { mode: 0o644 });
    writeFileAtomic(file, 'größer');
    expect(readFileSync(file, 'utf8')).toBe('größer');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['settings.json']);
  });

  it.skipIf(process.platform === 'win32')('is never a named pipe, which would hold up the process', () => {
    const pipe = join(folder, 'settings.json');
    execFileSync('mkfifo', [pipe]);
    expect(() => readText(pipe)).toThrow('is a named pipe');
    const causes: unknown[] = [];
    createFileLogger(pipe, { onProblem: (cause) => causes.push(cause) }).info('a.b');
    expect(causes).toMatchObject([{ code: 'ENXIO' }]);
  });

  it('stays where a link leads, and never writes through a link beside it', () => {
    const real = join(folder, 'dotfiles');
    const victim = join(folder, 'victim');
    writeFileSync(real, OLD);
    writeFileSync(victim, 'untouched');
    symlinkSync(real, join(folder, 'settings.json'));
    symlinkSync(victim, `${real}.new`);
    writeFileAtomic(join(folder, 'settings.json'), 'new');
    expect([readFileSync(real, 'utf8'), readFileSync(victim, 'utf8')]).toEqual(['new', 'untouched']);
  });

  it('leaves the old export when the text breaks off, and no file beside it', async () => {
    const file = join(folder, 'log.txt');
    writeFileSync(file, OLD);
    writeFileSync(`${file}.new`, "somebody else's");
    async function* breaking(): AsyncGenerator<string> {
      yield 'first line\n';
      throw new Error('connection lost');
    }
    await expect(exportFileAtomic(file, breaking())).rejects.toThrow('connection lost');
    expect(readFileSync(file, 'utf8')).toBe(OLD);
    expect(readdirSync(folder).sort()).toEqual(['log.txt', 'log.txt.new']);
  });

  it.each([
    ['UTF-8 with a byte-order mark', Buffer.from(`\uFEFF${OLD}`)],
    ['UTF-16 with a byte-order mark', Buffer.from(`\uFEFF${OLD}`, 'utf16le')],
    ['UTF-16 with its bytes the other way round', Buffer.from(`\uFEFF${OLD}`, 'utf16le').swap16()],
    ['plain UTF-8', Buffer.from(OLD)],
  ])('is read as %s', (_name, bytes) => {
    writeFileSync(join(folder, 'a'), bytes);
    expect(readText(join(folder, 'a'))).toBe(OLD);
  });
});

describe.skipIf(whyNoSmallDisk() !== null)('on a real disk that is full', () => {
  let disk: SmallDisk;
  let source: string;
  beforeAll(() => {
    disk = openSmallDisk(256 * 1024);
    source = mkdtempSync(join(tmpdir(), 'ada-panel-source-'));
    writeFileSync(join(source, 'large.png'), LARGE);
  });
  afterAll(() => {
    disk.remove();
    rmSync(source, { recursive: true, force: true });
  });

  const writers: readonly (readonly [string, (file: string) => Promise<void>])[] = [
    ['a document', async (file) => writeFileAtomic(file, LARGE)],
    ['an image', (file) => writeFileAtomicAsync(file, Buffer.from(LARGE))],
    [
      'an export',
      (file) =>
        exportFileAtomic(
          file,
          Array.from({ length: 300 }, () => 'x'.repeat(1_000)),
        ),
    ],
    ['a copy', (file) => copyFileAtomic(join(source, 'large.png'), file)],
  ];
  for (const freeBytes of [0, 8_192, 65_536]) {
    it.each(writers)(`%s with ${freeBytes} bytes left fails, and the old file is whole`, async (_name, write) => {
      const folder = join(disk.folder, 'data');
      mkdirSync(folder);
      const file = join(folder, 'file');
      writeFileSync(file, OLD);
      disk.fill(freeBytes);
      await expect(write(file)).rejects.toMatchObject({ code: 'ENOSPC' });
      expect(readFileSync(file, 'utf8')).toBe(OLD);
      expect(readdirSync(folder)).toEqual(['file']);
      disk.free();
      rmSync(folder, { recursive: true });
    });
  }

  it('a line that does not fit is taken back, and the lines before it stay', async () => {
    const file = join(disk.folder, 'known_hosts');
    const known = 'host ssh-ed25519 AAAA\n'.repeat(180);
    writeFileSync(file, known);
    disk.fill(0);
    await expect(appendLine(file, `other ssh-rsa ${'A'.repeat(2_000)}\n`)).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(readFileSync(file, 'utf8')).toBe(known);
    disk.free();
  });

  it('a disk that became read-only fails by name', () => {
    const file = join(disk.folder, 'settings.json');
    writeFileSync(file, OLD);
    chmodSync(file, 0o600);
    disk.setReadOnly(true);
    expect(() => writeFileAtomic(file, 'new')).toThrow(expect.objectContaining({ code: 'EROFS' }));
    disk.setReadOnly(false);
    expect(readFileSync(file, 'utf8')).toBe(OLD);
  });
});
