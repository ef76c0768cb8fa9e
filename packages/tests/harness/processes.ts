// Servers as processes of their own, so that they can be killed.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const TSX = createRequire(import.meta.url).resolve('tsx');
const START_MS = 90_000;
/** It answers within this, or is asked again. */
const READY_MS = 5_000;

export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  readonly process: ChildProcess;
  /** What it has printed so far. */
  readonly output: string;
  /** Sends a signal and waits until it has ended; its exit code, or null where the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/**
 * Runs an entry that serves on `PORT`, from source or from `dist`, and waits until it is ready.
 *
 * @param entry relative to this file
 */
export async function startProcess(
  entry: string,
  { port, env }: { port: number; env: Record<string, string> },
): Promise<ServerProcess> {
  const url = `http://127.0.0.1:${port}`;
  const loader = entry.endsWith('.ts') ? ['--import', TSX] : [];
  const child = spawn(process.execPath, [...loader, fileURLToPath(new URL(entry, import.meta.url))], {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const ended = once(child, 'close');
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
    return child.exitCode;
  };
  const deadline = Date.now() + START_MS;
  while (!(await isReady(url))) {
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      await end('SIGKILL');
      throw new Error(`the server did not start:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url,
    process: child,
    get output() {
      return output;
    },
    end,
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(READY_MS) })).ok;
  } catch {
    return false;
  }
}
