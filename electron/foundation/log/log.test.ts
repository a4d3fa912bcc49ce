import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openSmallDisk, type SmallDisk, whyNoSmallDisk } from '../../testing/small-disk.ts';
import { createFileLogger } from './log.ts';

const linesOf = (file: string): Record<string, unknown>[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return line === '' ? [] : [JSON.parse(line) as Record<string, unknown>];
      } catch {
        return [];
      }
    });

describe('the log file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ada-panel-log-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('holds no secret', () => {
    const file = join(folder, 'logs', 'a.log');
    createFileLogger(file).warn('a.b', { password: 'hunter2', below: { token: 'hunter2' }, shown: 1 });
    expect(readFileSync(file, 'utf8')).not.toContain('hunter2');
    expect(linesOf(file)).toMatchObject([{ msg: 'a.b', shown: 1 }]);
  });

  it('does not throw where its folder cannot be made, and writes what waited once it can', () => {
    const inTheWay = join(folder, 'logs');
    writeFileSync(inTheWay, '');
    const troubles: unknown[] = [];
    const log = createFileLogger(join(inTheWay, 'a.log'), { onProblem: (cause) => troubles.push(cause) });
    log.error('first');
    log.error('second');
    rmSync(inTheWay);
    log.info('third');
    expect(linesOf(join(inTheWay, 'a.log')).map(({ msg }) => msg)).toEqual(['first', 'second', 'third']);
    expect(troubles).toEqual([expect.objectContaining({ code: 'EEXIST' }), null]);
  });

  it('does not throw for facts that are no JSON', () => {
    const file = join(folder, 'a.log');
    const facts = {
      get broken(): never {
        throw new Error('getter');
      },
      big: 10n,
    };
    createFileLogger(file).error('odd', facts);
    expect(linesOf(file)).toMatchObject([{ msg: 'odd' }]);
  });

  it('begins a new file when it is large, also while the panel runs', () => {
    const file = join(folder, 'a.log');
    const log = createFileLogger(file, { maxBytes: 2_000 });
    for (let n = 0; n < 40; n += 1) log.info('line', { n });
    expect(existsSync(`${file}.1`)).toBe(true);
    expect(linesOf(file).at(-1)).toMatchObject({ n: 39 });
    expect(readFileSync(file).length).toBeLessThan(2_200);
  });
});

describe.skipIf(whyNoSmallDisk() !== null)('the log file on a real disk that is full', () => {
  let disk: SmallDisk;
  beforeAll(() => {
    disk = openSmallDisk(128 * 1024);
  });
  afterAll(() => disk.remove());

  it('drops the oldest lines, counts them, and goes on when there is room', () => {
    mkdirSync(join(disk.folder, 'logs'));
    const file = join(disk.folder, 'logs', 'a.log');
    const troubles: unknown[] = [];
    let retry = (): void => {};
    const log = createFileLogger(file, {
      onProblem: (cause, again) => {
        troubles.push(cause);
        retry = again;
      },
    });
    disk.fill(4_096);
    for (let n = 0; n < 1_000; n += 1) log.error('line', { n, text: 'x'.repeat(50) });
    expect(troubles).toEqual([expect.objectContaining({ code: 'ENOSPC' })]);
    disk.free();
    retry();
    expect(troubles).toHaveLength(2);
    log.info('room again');
    expect(troubles).toHaveLength(2);
    const lines = linesOf(file);
    expect(lines.at(-1)).toMatchObject({ msg: 'room again' });
    expect(lines.at(-2)).toMatchObject({ n: 999 });
    expect(lines.some(({ msg }) => msg === 'log.lines-dropped')).toBe(true);
  });
});
