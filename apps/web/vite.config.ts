import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = `http://127.0.0.1:${process.env['PORT'] ?? '3000'}`;

export default defineConfig({
  plugins: [react(), tailwindcss()],
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
