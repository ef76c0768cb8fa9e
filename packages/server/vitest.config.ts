import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    globalSetup: ['./vitest.global-setup.ts'],
    // The tests wait for databases more than they compute.
    maxWorkers: '100%',
    // The embedded database alone may take seconds to start on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // What is waited for comes in milliseconds, on a machine that has nothing else to do.
    expect: { poll: { timeout: 20_000 } },
  },
});
