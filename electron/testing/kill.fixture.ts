import fs from 'node:fs';
import { GPU_ROW_WIDTH } from '../../shared/gpu-metrics.ts';
import { openHistory } from '../capabilities/history/store.ts';
import { silentLogger } from '../foundation/log/log.ts';

// Writes ever more samples, says which are flushed, and waits to be killed. Run by kill.test.ts.
// With a third argument it kills itself in the middle of that write to the disk: half of it done, the rest never.
const deadlyWrite = Number(process.argv[4] ?? Number.NaN);
const writeSync = fs.writeSync as (fd: number, bytes: Uint8Array, offset: number, length: number, at: number) => number;
let writes = 0;
const counted = (fd: number, bytes: Uint8Array, offset: number, length: number, at: number): number => {
  writes += 1;
  if (writes === deadlyWrite) {
    writeSync(fd, bytes, offset, length >> 1, at);
    process.kill(process.pid, 'SIGKILL');
  }
  return writeSync(fd, bytes, offset, length, at);
};
Object.assign(fs, { writeSync: counted });
const store = openHistory({ file: process.argv[2] ?? '', keepDays: () => 14, log: silentLogger });
const from = Number(process.argv[3]);
let written = 0;
const step = (): void => {
  for (let i = 0; i < 50; i += 1) {
    const row = new Float64Array(GPU_ROW_WIDTH).fill(1);
    row[0] = from + written * 1000;
    written += 1;
    store.append({ hostId: 'ada2', kind: 'gpu', subject: 'GPU-1' }, row);
  }
  store.flush();
  process.stdout.write(`${written}\n`);
  setImmediate(step);
};
step();
