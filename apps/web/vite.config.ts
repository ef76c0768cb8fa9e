import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const server = `http://127.0.0.1:${process.env['PORT'] ?? '3000'}`;

/** What is text is beside itself as the server sends it to who takes it so; fonts and pictures are small already. */
function compressed(): Plugin {
  let directory: string;
  return {
    name: 'compressed',
    apply: 'build',
    configResolved: ({ root, build }) => void (directory = join(root, build.outDir)),
    closeBundle() {
      for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(html|js|mjs|css|svg|json|webmanifest)$/.test(name)) continue;
        const text = readFileSync(join(directory, name));
        writeFileSync(join(directory, `${name}.br`), brotliCompressSync(text));
        writeFileSync(join(directory, `${name}.gz`), gzipSync(text, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), tailwindcss(), compressed()],
  build: {
    // A strict content security policy refuses `data:` addresses.
    assetsInlineLimit: 0,
    // What the service worker keeps.
    manifest: 'asset-manifest.json',
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: {
      '/trpc': { target: server, ws: true },
      '/api': server,
      '/files': server,
    },
  },
});
