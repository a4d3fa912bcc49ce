import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../foundation/log/log.ts';
import { openHistory } from './store.ts';

const FIXTURE = fileURLToPath(new URL('../../testing/kill.fixture.ts', import.meta.url));
const HOUR_MS = 3_600_000;

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ada-killed-'));
  file = join(folder, 'history.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Lets a process write from `startMs` on until it is killed; answers how many samples it said were flushed. */
async function writeUntilKilled(startMs: number, end: { readonly atWrite: number } | { readonly afterSamples: number }): Promise<number> {
  const deadly = 'atWrite' in end ? [String(end.atWrite)] : [];
  const child = spawn(process.execPath, ['--import', 'tsx', FIXTURE, file, String(startMs), ...deadly], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let flushed = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    flushed = Number(line);
    if ('afterSamples' in end && flushed >= end.afterSamples) child.kill('SIGKILL');
  }
  await ended;
  expect(child.signalCode).toBe('SIGKILL');
  return flushed;
}

/** How many samples the store holds between two moments. */
function stored(fromMs: number, toMs: number): number {
  const store = openHistory({ file, keepDays: () => 14, log: silentLogger });
  try {
    return [...store.csv({ hostId: 'ada2', kind: 'gpu', subjects: ['GPU-1'], fromMs, toMs })].length - 1;
  } finally {
    store.close();
  }
}

const startMs = Math.floor(Date.now() / 1000) * 1000 - 24 * HOUR_MS;

describe('a store whose writer is killed', () => {
  it('has all that was flushed, again and again', async () => {
    for (const [round, afterSamples] of [300, 900, 1500].entries()) {
      const fromMs = startMs + round * 4 * HOUR_MS;
      const flushed = await writeUntilKilled(fromMs, { afterSamples });
      expect(stored(fromMs, fromMs + flushed * 1000)).toBe(flushed);
    }
  });

  // Wherever in a commit it ends: what was committed before is whole, and nothing half-written is taken for data.
  it.each([80, 86, 88, 91, 96, 103])(
    'in the middle of write %i to the disk has all that was flushed',
    { timeout: 60_000 },
    async (atWrite) => {
      const flushed = await writeUntilKilled(startMs, { atWrite });
      expect(flushed).toBeGreaterThan(0);
      expect(stored(startMs, startMs + flushed * 1000)).toBe(flushed);
      expect(readdirSync(folder).filter((name) => name.includes('broken'))).toEqual([]);
    },
  );
});
