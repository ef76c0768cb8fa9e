// pnpm demo | start | dev: builds what is needed (cached), then becomes the server or runs the task.
//
// It ends with whoever started it. A signal to `npx` or `pnpm` alone does not reach what they run (only one to the
// whole process group does, as from Ctrl-C), so it also watches them.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import nodeModule, { createRequire } from 'node:module';
import { basename, join } from 'node:path';

import { BuildStamp } from './build-stamp.mjs';

const WATCH_INTERVAL_MS = 500;
const MODES = { demo: '../dist/demo.js', start: '../dist/main.js', dev: undefined };

const mode = process.argv[2] ?? '';
if (!Object.hasOwn(MODES, mode)) {
  process.stderr.write(`usage: launch.mjs ${Object.keys(MODES).join(' | ')}\n`);
  process.exit(2);
}

// Relative paths in the environment, PARLEY_DATA_DIR above all, count from the root of the repository.
const root = join(import.meta.dirname, '../../..');
process.chdir(root);
const starters = watchStarters();

if (mode === 'dev') {
  process.exit(await turbo(['run', 'dev', '--log-prefix=task'], 'inherit'));
} else {
  const stamp = new BuildStamp(root);
  const compiled = join(root, 'node_modules/.cache/parley/code');
  if (!stamp.isFresh()) {
    if (mode === 'demo') process.stderr.write('Building Parley; the first time takes up to a minute …\n');
    const status = await turbo(
      ['run', 'build', '--filter=@parley/server', '--filter=@parley/web'],
      'on failure',
    );
    if (status !== 0) process.exit(status);
    // Of the build before, which nothing else would take away.
    rmSync(compiled, { recursive: true, force: true });
    stamp.write();
  }
  if (mode === 'start') process.env['NODE_ENV'] ??= 'production';
  // From Node.js 22.8 on: what was compiled is there at the next start.
  nodeModule.enableCompileCache?.(compiled);
  await import(MODES[mode]);
  // The server is told once: after a Ctrl-C, npx is gone before the server has closed.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => clearInterval(starters));
}

/** Runs turbo and passes on the signals that end this process. Its status; 1 when a signal ended it. */
function turbo(args, output) {
  const bin = createRequire(join(root, 'package.json')).resolve('turbo/bin/turbo');
  const child = spawn(process.execPath, [bin, ...args], {
    stdio: output === 'inherit' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
  });
  const chunks = [];
  child.stdout?.on('data', (chunk) => chunks.push(chunk));
  child.stderr?.on('data', (chunk) => chunks.push(chunk));

  let ended = false;
  const pass = (signal) => {
    ended = true;
    child.kill(signal);
  };
  process.on('SIGINT', pass).on('SIGTERM', pass).on('SIGHUP', pass);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('SIGINT', pass).off('SIGTERM', pass).off('SIGHUP', pass);
      if (code !== 0 && !ended) process.stderr.write(Buffer.concat(chunks));
      resolve(ended ? 1 : (code ?? 1));
    });
  });
}

/** Raises SIGTERM in this process once `pnpm`, or the `npx` above it, is gone. Where there is no /proc, nothing. */
function watchStarters() {
  const links = [];
  for (let pid = process.pid, passed = []; ;) {
    const parent = parentOf(pid);
    const role = parent === undefined ? undefined : roleOf(parent);
    if (role === undefined) break;
    passed.push({ pid, parent });
    // A shell counts only where npm put it, between itself and pnpm.
    if (role === 'starter') links.push(...passed.splice(0));
    pid = parent;
  }
  const timer = setInterval(() => {
    if (links.every(({ pid, parent }) => parentOf(pid) === parent)) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, WATCH_INTERVAL_MS);
  return timer.unref();
}

function parentOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    return Number(fields[1]);
  } catch {
    return undefined;
  }
}

/** `pnpm demo` and `npm exec pnpm@12 demo` are starters, the `sh -c 'pnpm' demo` between the two is a shell. */
function roleOf(pid) {
  let words;
  try {
    words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split(/[\0 ]+/);
  } catch {
    return undefined;
  }
  const [program, script] = words.map((word) => basename(word));
  if (/^(npm|npx|pnpm)(-cli)?(\.[cm]?js)?$/.test(program === 'node' ? script : program)) return 'starter';
  return /^(ba|da|a|z)?sh$/.test(program) && words[1] === '-c' ? 'shell' : undefined;
}
