import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filesUse, folderUse } from './disk-use.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ada-use-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('what files take on the disk', () => {
  it('is what the file system reports, of whole blocks, and nothing for a missing file', () => {
    const file = join(folder, 'a');
    writeFileSync(file, Buffer.alloc(10_000, 1));
    const used = filesUse([file, `${file}-wal`]);
    expect(used).toBeGreaterThanOrEqual(10_000);
    const { blocks, size } = statSync(file);
    expect(used).toBe(blocks > 0 ? blocks * 512 : size);
  });

  it('is counted below folders, without what links lead to', async () => {
    mkdirSync(join(folder, 'deep', 'deeper'), { recursive: true });
    writeFileSync(join(folder, 'one'), Buffer.alloc(5_000, 1));
    writeFileSync(join(folder, 'deep', 'deeper', 'two'), Buffer.alloc(5_000, 1));
    symlinkSync(folder, join(folder, 'deep', 'around'));
    symlinkSync(join(folder, 'one'), join(folder, 'again'));
    const { files, bytes } = await folderUse(folder);
    expect(files).toBe(2);
    expect(bytes).toBe(filesUse([join(folder, 'one'), join(folder, 'deep', 'deeper', 'two')]));
    expect(await folderUse(join(folder, 'none'))).toEqual({ files: 0, bytes: 0 });
  });
});
