// JavaScript beside its own declarations (pglite.d.mts), because PGlite's need the DOM's and Emscripten's and do
// not check without them. Imported only where the database is embedded: it loads 20 MB of WebAssembly.
export { PGlite } from '@electric-sql/pglite';
export { PrismaPGlite } from 'pglite-prisma-adapter';
