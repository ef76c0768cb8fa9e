import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    globalSetup: ['./vitest.global-setup.ts'],
    // The tests wait for databases more than they compute.
    maxWorkers: '100%',
    // The embedded database alone may take seconds to start on a busy machine.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
