import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSmallDisk, whyNoSmallDisk } from '../../testing/small-disk.ts';
import { writeFileAtomic } from './atomic-file.ts';
import { createSaveMonitor } from './save-monitor.ts';

const full = (): never => {
  throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
};

describe('what could not be saved', () => {
  it('is told once, tried again, and told when it is saved', () => {
    const monitor = createSaveMonitor();
    const reported: (string | null)[] = [];
    monitor.onChange((problem) => reported.push(problem?.message ?? null));
    let isFull = true;
    const written: string[] = [];
    const write = (name: string) => () => {
      if (isFull) full();
      written.push(name);
    };
    expect(monitor.save('/data/a.json', write('old a'))).toBe(false);
    expect(monitor.save('/data/b.json', write('b'))).toBe(false);
    monitor.save('/data/a.json', write('a'));
    expect(reported).toHaveLength(1);
    expect(monitor.currentError()).toMatchObject({ code: 'not-saved', facts: { cause: 'disk-full' } });
    isFull = false;
    // Room for one is room for all: nothing waits for its own turn.
    expect(monitor.save('/data/c.json', write('c'))).toBe(true);
    expect(written).toEqual(['c', 'a', 'b']);
    expect(reported.at(-1)).toBeNull();
    expect(monitor.currentError()).toBeNull();
  });

  it('does not end while a writer that tries by itself has not written', () => {
    const monitor = createSaveMonitor();
    monitor.report('/data/log', Object.assign(new Error('no'), { code: 'EROFS', syscall: 'open', path: '/data/log' }));
    monitor.save('/data/a.json', () => {});
    expect(monitor.currentError()?.message).toContain('/data/log');
    monitor.report('/data/log', null);
    expect(monitor.currentError()).toBeNull();
  });
});

describe.skipIf(whyNoSmallDisk() !== null)('on a real disk that was full', () => {
  it('is on the disk after the retry', () => {
    const disk = openSmallDisk(128 * 1024);
    const folder = join(disk.folder, 'data');
    mkdirSync(folder);
    const monitor = createSaveMonitor();
    disk.fill(0);
    expect(monitor.save(join(folder, 'a'), () => writeFileAtomic(join(folder, 'a'), 'x'.repeat(9_000)))).toBe(false);
    disk.free();
    monitor.retry();
    expect(readFileSync(join(folder, 'a'), 'utf8')).toHaveLength(9_000);
    expect(monitor.currentError()).toBeNull();
    disk.remove();
  });
});
