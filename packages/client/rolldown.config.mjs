import { defineConfig } from 'rolldown';

import { ENTRIES } from './entries.mjs';

/** Everything but React is in it: an outside project installs one package. What is rarely needed is a chunk of its own. */
export default defineConfig({
  input: ENTRIES,
  platform: 'neutral',
  resolve: { mainFields: ['module', 'main'] },
  external: /^react(\/|$)/,
  // Nothing that is bundled does anything when it is merely loaded: what is not used of tRPC and superjson goes.
  treeshake: { moduleSideEffects: false, propertyReadSideEffects: false, unknownGlobalSideEffects: false },
  output: {
    dir: 'dist',
    format: 'esm',
    chunkFileNames: 'internal/[name].js',
    // Chunks of their own are left out by whoever does not need them, since nothing here has side effects. What one entry
    // alone needs, as the server for tests does much of tRPC, stays with it.
    codeSplitting: {
      groups: [
        { name: 'superjson', test: /superjson|copy-anything/, minShareCount: 2 },
        { name: 'trpc', test: /@trpc/, minShareCount: 2 },
      ],
    },
    cleanDir: true,
    sourcemap: true,
    banner: ({ isEntry }) =>
      isEntry ? '/*! Includes other packages (MIT, ISC): see THIRD_PARTY_LICENSES */' : '',
  },
});
