/** The published manifest keeps only what a consumer needs. */
export const hooks = {
  beforePacking(manifest) {
    const { devDependencies: _dev, scripts: _scripts, ...rest } = manifest;
    return rest;
  },
};
