import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{shared,electron,renderer,lab,ada2,scripts,bench,fixtures}/**/*.test.ts'],
          typecheck: { enabled: false },
          // Waits are for events; a busy machine only makes them longer.
          testTimeout: 180_000,
          hookTimeout: 180_000,
          expect: { poll: { timeout: 90_000 } },
          // Most of the time goes to waiting for real servers, so more at once than there are cores.
          maxWorkers: Math.max(4, availableParallelism()),
        },
      },
      {
        test: {
          name: 'integration',
          include: ['e2e/integration/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          // Most of the time goes to waiting for hosts that boot, answer, or are cut off.
          maxWorkers: 3,
          globalSetup: ['e2e/integration/global-setup.ts'],
        },
      },
      {
        test: {
          name: 'package',
          include: ['e2e/package/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
