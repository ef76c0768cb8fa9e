/** What may be imported from the package: the name in `dist` and the source. */
export const ENTRIES = {
  index: 'src/index.ts',
  react: 'src/react/index.ts',
  testing: 'src/testing/index.ts',
};
