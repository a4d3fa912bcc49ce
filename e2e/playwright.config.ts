import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: './app',
  outputDir: '../test-results',
  workers: 1,
  fullyParallel: false,
  // Waits are for events; a busy machine only makes them longer.
  timeout: 300_000,
  expect: { timeout: 90_000 },
  retries: 0,
  reporter: [['list'], ['json']],
  use: { trace: 'retain-on-failure' },
});
