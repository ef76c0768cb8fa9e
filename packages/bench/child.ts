// Processes of the benchmark end with whoever started them.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Given to `--import`, runs entries of this package, which are TypeScript. */
export const TYPESCRIPT = new URL('typescript.mjs', import.meta.url).href;
const END_MS = 5_000;

/** @returns what lets go of a process that ends without its parent, waits until it has, and kills one that does not */
export function endOf(child: ChildProcess): () => Promise<void> {
  const ended = once(child, 'exit');
  return async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.disconnect();
    const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
    await ended;
    clearTimeout(timer);
  };
}
