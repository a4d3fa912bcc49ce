import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: './app',
  outputDir: '../test-results',
  workers: 1,
  fullyParallel: false,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  retries: 0,
  reporter: [['list'], ['json']],
  use: { trace: 'retain-on-failure' },
});
