import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, arch, loadavg, platform, totalmem } from 'node:os';

/** What a run was made on, in one line. */
export function describeMachine(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()[0]?.toFixed(1) ?? '?';
  return `${availableParallelism()} cores, ${memory} GiB, ${platform()} ${arch()}, Node.js ${process.versions.node}; load average at the start ${load}`;
}

/** How many files and sockets a process may have open; Node.js raises it as far as it may. */
export function openFiles(): number {
  try {
    const [, limit] = /^Max open files +\d+ +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return limit === undefined ? Infinity : Number(limit);
  } catch {
    // Another system, which tells it elsewhere.
    return Infinity;
  }
}

const require = createRequire(import.meta.url);

/** The version of a package that this one depends on, or of a path's. */
export function versionOf(name: string): string {
  const path = name.startsWith('.') ? new URL(`${name}/package.json`, import.meta.url) : undefined;
  const text = readFileSync(path ?? require.resolve(`${name}/package.json`), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
