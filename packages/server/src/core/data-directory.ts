// One process at a time owns a data directory. The lock is a listening socket, so the kernel frees it the moment
// the process ends, SIGKILL included; there is no pid and no timestamp that a restarted container could misread.
// Two sockets, because neither is enough:
// - a name in the kernel (Linux: abstract socket, Windows: named pipe) is taken atomically and leaves nothing
//   behind, but a container with its own network namespace does not see it;
// - a socket file in the directory is seen by every container that mounts it, but outlives its process, so it is
//   probed by connecting. Filesystems without sockets (some shared folders) leave only the name.
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, open, realpath, stat, unlink } from 'node:fs/promises';
import type { Server } from 'node:net';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { makeDirectory } from './make-directory.ts';
import { StartupError } from './startup-error.ts';

export interface DataDirectory extends AsyncDisposable {
  /** Absolute, with symbolic links resolved. */
  readonly path: string;
  release(): Promise<void>;
}

const LOCK_FILE = 'lock.sock';
/** `sun_path` is 104 bytes on macOS and 108 on Linux; libuv cuts a longer one silently. */
const SOCKET_PATH_BYTES = 100;
const NO_SOCKETS_HERE = new Set(['ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'EINVAL', 'ENOSYS']);

/**
 * Creates the directory if need be and takes it for this process, until `release` or the process's end.
 *
 * @throws StartupError when another process (or this one) has it, or it cannot be created or written.
 */
export async function openDataDirectory(directory: string): Promise<DataDirectory> {
  const path = await create(directory);
  const releases: (() => Promise<void>)[] = [];
  const release = async () => {
    while (releases.length > 0) await releases.pop()?.();
  };
  try {
    const name = await kernelName(path);
    if (name !== undefined) releases.push(await hold(name, path));
    if (process.platform !== 'win32') {
      const file = await socketFile(path);
      releases.push(file.close);
      const taken = await holdFile(file.path, path, name !== undefined);
      if (taken !== undefined) releases.push(taken);
    }
  } catch (error) {
    await release();
    throw error;
  }
  return { path, release, [Symbol.asyncDispose]: release };
}

async function create(directory: string): Promise<string> {
  try {
    makeDirectory(directory);
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    return await realpath(directory);
  } catch (error) {
    throw refusal(directory, `cannot be used: ${code(error)}`, error);
  }
}

/** Named by device and inode: one directory has one name whatever path leads to it. */
async function kernelName(path: string): Promise<string | undefined> {
  const { dev, ino } = await stat(path, { bigint: true });
  if (process.platform === 'linux') return `\0parley-data-${dev}-${ino}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\parley-data-${dev}-${ino}`;
  return undefined;
}

/** A way to name the socket that fits into `sun_path` however long the directory's own path is. */
async function socketFile(path: string): Promise<{ path: string; close: () => Promise<void> }> {
  if (process.platform === 'linux') {
    const directory = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
    return { path: `/proc/self/fd/${directory.fd}/${LOCK_FILE}`, close: () => directory.close() };
  }
  const inside = join(path, LOCK_FILE);
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 32);
  const fits = Buffer.byteLength(inside) <= SOCKET_PATH_BYTES;
  return { path: fits ? inside : join(tmpdir(), `parley-${hash}.sock`), close: () => Promise.resolve() };
}

async function hold(address: string, directory: string): Promise<() => Promise<void>> {
  try {
    return await listen(address);
  } catch (error) {
    if (code(error) === 'EADDRINUSE') throw inUse(directory);
    throw refusal(directory, `cannot be locked: ${code(error)}`, error);
  }
}

/** @returns undefined where the filesystem has no sockets and another lock is held already. */
async function holdFile(
  file: string,
  directory: string,
  optional: boolean,
): Promise<(() => Promise<void>) | undefined> {
  try {
    return await listen(file);
  } catch (error) {
    if (optional && NO_SOCKETS_HERE.has(code(error))) return undefined;
    if (code(error) !== 'EADDRINUSE') {
      throw refusal(directory, `cannot be locked: ${code(error)}`, error);
    }
  }
  if (await answers(file)) throw inUse(directory);
  await removeStale(file);
  return await hold(file, directory);
}

/**
 * With `unlink`, never `rm`: in Node 20 an `rm` of a socket leaves the module loader unable to follow symbolic links,
 * and what is imported afterwards is not found.
 */
async function removeStale(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if (code(error) !== 'ENOENT') throw error;
  }
}

function listen(address: string): Promise<() => Promise<void>> {
  return new Promise((resolve, reject) => {
    const server: Server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen({ path: address, exclusive: true }, () => {
      server.off('error', reject);
      server.on('error', () => undefined);
      server.unref();
      resolve(() => new Promise((closed) => server.close(() => closed())));
    });
  });
}

/** Only a refusal proves that nobody listens; any other answer counts as somebody. */
function answers(file: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(file);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => resolve(!['ECONNREFUSED', 'ENOENT', 'ENOTSOCK'].includes(code(error))));
  });
}

const refusal = (directory: string, why: string, cause: unknown) =>
  new StartupError(`the data directory ${directory} ${why} (see PARLEY_DATA_DIR)`, { cause });

const inUse = (directory: string) =>
  new StartupError(
    `the data directory ${directory} is in use by another process; the embedded database serves one (give this one a PARLEY_DATA_DIR of its own)`,
  );

const code = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown';
