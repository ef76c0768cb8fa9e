// Before a package is packed: refuses where a file is missing that its manifest or an argument names, so that nobody
// gets a package without what it is for. It runs in the package's directory.
import { existsSync, readFileSync } from 'node:fs';

const { name, publishConfig = {} } = JSON.parse(readFileSync('package.json', 'utf8'));
// A name with a star stands for many: those that are named one by one are built with them.
const named = pathsIn(publishConfig.exports).filter((path) => !path.includes('*'));
const missing = [...named, ...process.argv.slice(2)].filter((path) => !existsSync(path));
if (missing.length > 0) {
  console.error(`${name} is not built: ${missing.join(', ')} missing. Run \`pnpm build\` first.`);
  process.exit(1);
}

function pathsIn(exports = {}) {
  return typeof exports === 'string' ? [exports] : Object.values(exports).flatMap(pathsIn);
}
