import { defineConfig } from 'vitest/config';

/** The hooks' tests run twice: with the React of this workspace, and with the oldest one that they are made for. */
export default defineConfig({
  test: {
    // What is waited for comes in milliseconds, on a machine that has nothing else to do.
    testTimeout: 30_000,
    expect: { poll: { timeout: 15_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'client',
          include: ['src/**/*.test.{ts,tsx}', 'types/**/*.test.ts'],
          setupFiles: ['src/react/testing/patience.mjs'],
        },
      },
      {
        extends: true,
        resolve: { alias: [{ find: /^react(-dom)?(?=$|\/)/, replacement: 'react$1-18' }] },
        test: {
          name: 'react-18',
          include: ['src/react/**/*.test.tsx'],
          setupFiles: ['src/react/testing/react-18.mjs', 'src/react/testing/patience.mjs'],
        },
      },
    ],
  },
});
