import { defineConfig } from 'rolldown';

import { ENTRIES } from './entries.mjs';

/**
 * What tRPC's build made of class fields and of spreading, for engines that have neither, as the language has it. A kilobyte
 * of stand-ins gives way.
 */
const plainHelpers = {
  name: 'plain-helpers',
  transform: {
    filter: { id: /@trpc\/client\/dist\/objectSpread2-[^/]*\.mjs$/ },
    handler(code) {
      const names = /export \{ _defineProperty as (\w+), _objectSpread2 as (\w+) \}/.exec(code);
      if (names === null) throw new Error('The helpers of @trpc/client are not those that are known');
      return `
        const spread = Object.assign;
        const define = (target, key, value) =>
          Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
        export { define as ${names[1]}, spread as ${names[2]} };`;
    },
  },
};

/** What its build made of the declared fields of its error, which the constructor sets next. */
const plainError = {
  name: 'plain-error',
  transform: {
    filter: { id: /@trpc\/client\/dist\/TRPCClientError-[^/]*\.mjs$/ },
    handler(code) {
      const plain = code.replaceAll(/_defineProperty\(this, "\w+", void 0\);/g, (it) =>
        ' '.repeat(it.length),
      );
      if (plain === code) throw new Error('The error of @trpc/client is not the one that is known');
      // Nothing has moved: the map stays, which also tells whose code it is.
      return { code: plain, map: null };
    },
  },
};

/** Everything but React is in it: an outside project installs one package. What is rarely needed is a chunk of its own. */
export default defineConfig({
  input: ENTRIES,
  platform: 'neutral',
  resolve: { mainFields: ['module', 'main'] },
  external: /^react(\/|$)/,
  plugins: [plainHelpers, plainError],
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
