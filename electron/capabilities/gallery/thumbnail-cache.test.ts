import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '../../foundation/log/log.ts';
import { createThumbnailCache } from './thumbnail-cache.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ada-panel-thumbnails-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, atSeconds: number): void => {
  writeFileSync(join(folder, name), Buffer.alloc(100));
  utimesSync(join(folder, name), atSeconds, atSeconds);
};

it('deletes the oldest thumbnails once all take too much room, and no other file', async () => {
  for (let number = 0; number < 10; number += 1) write(`${number}.png`, 1_000 - number);
  write('notes.txt', 1);
  const cache = createThumbnailCache({ folder, maxBytes: 500, log: silentLogger });
  await cache.noteWritten();
  expect(readdirSync(folder)).toEqual(['0.png', '1.png', '2.png', '3.png', 'notes.txt']);
});

it('looks through the folder at the first write, and then only now and then', async () => {
  const cache = createThumbnailCache({ folder, maxBytes: 500, log: silentLogger });
  write('0.png', 1);
  await cache.noteWritten();
  for (let number = 0; number < 10; number += 1) write(`${number}.png`, 1_000 - number);
  for (let written = 1; written < 500; written += 1) await cache.noteWritten();
  expect(readdirSync(folder)).toHaveLength(10);
  await cache.noteWritten();
  expect(readdirSync(folder)).toHaveLength(4);
});

it('a folder that is missing is no failure', async () => {
  await createThumbnailCache({ folder: join(folder, 'none'), log: silentLogger }).noteWritten();
});
