import { defineConfig } from 'rolldown';

// Workspace packages are TypeScript source, so they are bundled; npm packages stay external.
export default defineConfig({
  input: { main: 'src/main.ts', demo: 'src/demo.ts' },
  platform: 'node',
  external: (id) => !/^[./]/.test(id) && !id.startsWith('@parley/'),
  output: { dir: 'dist', format: 'esm', sourcemap: true, cleanDir: true },
});
