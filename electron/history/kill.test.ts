import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { silentLogger } from '../log.ts';
import { openHistory } from './store.ts';

it('loses nothing that was flushed when it is killed while writing', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ada-killed-'));
  const file = join(folder, 'history.sqlite');
  const from = Math.floor(Date.now() / 1000) * 1000 - 24 * 3_600_000;
  let start = from;
  try {
    for (const killAfter of [300, 900, 1500]) {
      const child = spawn(
        process.execPath,
        ['--import', 'tsx', fileURLToPath(new URL('./kill.fixture.ts', import.meta.url)), file, String(start)],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      let flushed = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        flushed = Number(line);
        if (flushed >= killAfter) child.kill('SIGKILL');
      }
      if (child.signalCode === null) await once(child, 'exit');
      expect(child.signalCode).toBe('SIGKILL');
      const store = openHistory({ file, keepDays: () => 14, log: silentLogger });
      const lines = [...store.csv('ada2', 'GPU-1', start, start + flushed * 1000)].length - 1;
      store.close();
      expect(lines).toBe(flushed);
      // The next one goes on behind what this one may have written unseen.
      start += 4 * 3_600_000;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
