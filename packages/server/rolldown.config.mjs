import { defineConfig } from 'rolldown';

/** Bundled: workspace packages, which are TypeScript source, and what newer syntax is turned into. */
const inline = /^(@parley|@oxc-project)\//;

export default defineConfig({
  input: { main: 'src/main.ts', demo: 'src/demo.ts' },
  platform: 'node',
  // `await using` is newer than the oldest Node that runs it.
  transform: { target: 'node20.19' },
  external: (id) => !/^[./\0]/.test(id) && !inline.test(id),
  output: { dir: 'dist', format: 'esm', sourcemap: true, cleanDir: true },
});
