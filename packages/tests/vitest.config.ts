import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.{ts,tsx}'],
    globalSetup: ['../server/vitest.global-setup.ts'],
    // The tests wait for processes, databases and browsers more than they compute.
    maxWorkers: '100%',
    // Whole systems: processes, databases and browsers start in these tests.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // What is waited for comes in milliseconds, on a machine that has nothing else to do.
    expect: { poll: { timeout: 20_000 } },
  },
});
