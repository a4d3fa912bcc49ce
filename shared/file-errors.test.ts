import { mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toPanelError } from './errors.ts';
import { describeFileError } from './file-errors.ts';

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (thrown) {
    return thrown;
  }
  return null;
}

describe('errors of the file system', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ada-panel-file-errors-'));
  const file = join(folder, 'file');
  writeFileSync(file, '');

  it.each([
    ['file-missing', () => readFileSync(join(folder, 'none'))],
    ['file-in-the-way', () => writeFileSync(folder, '')],
    ['file-in-the-way', () => readFileSync(join(file, 'below'))],
    ['file-in-the-way', () => openSync(file, 'wx')],
    ['file-name-too-long', () => readFileSync(join(folder, 'x'.repeat(300)))],
    ['file-missing', () => readdirSync(join(folder, 'none'))],
    ['disk-full', () => writeFileSync('/dev/full', 'x')],
  ])('is %s in words, with the path and a remedy', (code, run) => {
    const error = toPanelError(thrownBy(run));
    expect(error).toMatchObject({ code, layer: 'laptop' });
    expect(error.hint.length).toBeGreaterThan(10);
    expect(error.message).not.toContain('inside Ada Panel');
  });

  it.each(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE', 'EIO', 'ESTALE', 'ENODEV', 'EBUSY'])(
    '%s has words of its own',
    (code) => {
      const thrown = Object.assign(new Error(`${code}: something, open '/data/a'`), { code, syscall: 'open', path: '/data/a' });
      expect(toPanelError(thrown).message).toContain('/data/a');
      expect(toPanelError(thrown).code).not.toBe('unexpected');
    },
  );

  it('leaves connections and programs to those who know them', async () => {
    const refused = await new Promise((resolve) => connect(join(folder, 'no-socket')).once('error', resolve));
    expect(refused).toMatchObject({ code: 'ENOENT' });
    expect(describeFileError(refused)).toBeNull();
    expect(describeFileError(Object.assign(new Error('spawn ssh EACCES'), { code: 'EACCES', syscall: 'spawn ssh' }))).toBeNull();
    expect(describeFileError(Object.assign(new Error('no'), { code: 'constructor' }))).toBeNull();
    rmSync(folder, { recursive: true });
  });
});
