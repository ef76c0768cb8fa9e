/** A server of its own: starts from the environment, and stops on SIGTERM or SIGINT. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { readConfig } from './core/config.ts';
import { createLogger } from './core/logger.ts';
import { StartupError } from './core/startup-error.ts';
import { createParley, type Parley } from './create-parley.ts';

export interface RunOptions {
  /** `process.env`. */
  env: Readonly<Record<string, string | undefined>>;
  /** Before anyone can connect. */
  prepare?: (parley: Parley) => Promise<void>;
  /** Once the server can be reached at `url`. */
  ready?: (url: string) => void;
}

/**
 * Runs until a signal: then clients are sent elsewhere, calls under way finish, and the process ends with 0. A second
 * signal ends it at once. What stops the start is one line on standard error, and 1.
 */
export async function run({ env, prepare, ready }: RunOptions): Promise<void> {
  let stopping = false;
  let parley: Parley | undefined;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping || parley === undefined) process.exit(stopping ? 1 : 0);
    stopping = true;
    parley.services.log.info({ signal }, 'stopping');
    const { log } = parley.services;
    void parley.close().then(() => {
      log.info('stopped');
      process.exit(0);
    });
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  try {
    const config = readConfig(env);
    const log = createLogger(config.logLevel);
    const webDirectory = findWebApp();
    const made = await createParley({ config, log, ...(webDirectory !== undefined && { webDirectory }) });
    parley = made;
    await prepare?.(made);
    const { url } = await made.listen();
    log.info({ url, environment: config.environment }, 'listening');
    ready?.(url);
  } catch (error) {
    if (stopping) return;
    if (!(error instanceof StartupError)) throw error;
    process.stderr.write(`parley: ${error.message}\n`);
    await parley?.close();
    process.exit(1);
  }
}

/** Beside the bundle when published, in the repository otherwise (from source and from `dist` alike). */
function findWebApp(): string | undefined {
  return ['./web', '../../../apps/web/dist']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(join(path, 'index.html')));
}
