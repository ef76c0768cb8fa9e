// The packages around the hooks (Testing Library, react-dom) are loaded by Node.js itself: to them too React is React 18.
import Module from 'node:module';

const resolve = Module._resolveFilename;
Module._resolveFilename = (request, parent, ...rest) => {
  const [, name, path] = /^(react|react-dom)(\/.*)?$/.exec(request) ?? [];
  return name === undefined
    ? resolve(request, parent, ...rest)
    : resolve(`${name}-18${path ?? ''}`, { ...parent, ...here }, ...rest);
};
const here = { filename: import.meta.filename, paths: Module._nodeModulePaths(import.meta.dirname) };
