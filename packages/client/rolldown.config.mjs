import { defineConfig } from 'rolldown';

/** Everything that the client needs is in it: an outside project installs one package. */
export default defineConfig({
  input: { index: 'src/index.ts' },
  platform: 'neutral',
  resolve: { mainFields: ['module', 'main'] },
  output: {
    dir: 'dist',
    format: 'esm',
    cleanDir: true,
    sourcemap: false,
    banner: '/*! Includes tRPC, superjson and copy-anything (MIT): see THIRD_PARTY_LICENSES */',
  },
});
