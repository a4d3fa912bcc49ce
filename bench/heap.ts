import type { CDPSession } from '@playwright/test';
import type { launchPanel } from '../e2e/support/panel.ts';

/** Live heap after a collection, MiB. */
export interface Heap {
  readonly mainMiB: number;
  readonly rendererMiB: number;
}

/** The panel has to run with `--js-flags=--expose-gc`; `session` is one of its page. */
export async function measureHeap({ app }: Awaited<ReturnType<typeof launchPanel>>, session: CDPSession): Promise<Heap> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  // Array buffers lie outside the heap: readings and images are there.
  const main = await app.evaluate(() => {
    (globalThis as { gc?: () => void }).gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  });
  return { mainMiB: main / 1048576, rendererMiB: usedSize / 1048576 };
}
