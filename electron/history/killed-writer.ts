import { GPU_ROW_WIDTH } from '../../shared/contract/gpu.ts';
import { silentLogger } from '../log.ts';
import { openHistory } from './store.ts';

// A writer for the test that kills it: appends and flushes without end, and says how many rows are on disk.
const store = openHistory({ file: process.argv[2] ?? '', keepDays: () => 14, log: silentLogger });
for (let written = 0; ; ) {
  const row = new Float64Array(GPU_ROW_WIDTH);
  row[0] = Date.now() + written;
  store.append('ada2', 'GPU-1', row);
  store.flush();
  written += 1;
  process.stdout.write(`${written}\n`);
  await new Promise((resolve) => setImmediate(resolve));
}
