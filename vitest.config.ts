import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['{shared,electron,renderer,lab,scripts,bench}/**/*.test.ts'], typecheck: { enabled: false } } },
      {
        test: {
          name: 'integration',
          include: ['e2e/integration/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          globalSetup: ['e2e/integration/global-setup.ts'],
        },
      },
    ],
  },
});
