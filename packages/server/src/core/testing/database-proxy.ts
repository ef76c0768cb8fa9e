// A network between a server and its PostgreSQL that a test can break.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * What becomes of a COMMIT, or of a statement that writes a group of sends and commits by itself: lost on its way, or
 * done while its answer is lost. The connection is then cut.
 */
export type CommitFault = 'lost' | 'unanswered';

export interface DatabaseProxy extends AsyncDisposable {
  /** Of the same database, through here. */
  readonly url: string;
  /** Connections that the server has open. */
  readonly connections: number;
  /** Swallows everything in both directions, closes included, until it is turned off. */
  swallow(on: boolean): void;
  /** Cuts every connection, as a reset. */
  cut(): void;
  /** Whether new connections are taken, or reset at once. */
  accept(on: boolean): void;
  /** Breaks the next commit. */
  breakCommit(fault: CommitFault): void;
}

const COMMITS = ['COMMIT\0', 'SELECT send_message'];
/** A statement has its text with it once in a connection, and then goes by the name that it was given there. */
const NAMED_SEND = /(parley_\d+)\0SELECT send_message/g;

export async function startDatabaseProxy(url: string): Promise<DatabaseProxy> {
  const target = new URL(url);
  let swallowing = false;
  let accepting = true;
  let fault: CommitFault | undefined;
  const open = new Set<Socket>();
  const clients = new Set<Socket>();

  const server = createServer((client) => {
    if (!accepting) {
      client.on('error', () => undefined).resetAndDestroy();
      return;
    }
    const upstream = connect(Number(target.port), target.hostname);
    const end = () => {
      if (swallowing) return;
      client.destroy();
      upstream.destroy();
    };
    const commits = [...COMMITS];
    const isCommit = (bytes: Buffer) => {
      const text = bytes.toString('latin1');
      for (const [, name = ''] of text.matchAll(NAMED_SEND)) commits.push(`\0${name}\0`);
      return commits.some((commit) => text.includes(commit));
    };
    client.on('data', (bytes) => {
      if (swallowing) return;
      const broken = isCommit(bytes) ? fault : undefined;
      if (broken === undefined) upstream.write(bytes);
      if (broken === undefined) return;
      fault = undefined;
      if (broken === 'lost') end();
      // What is answered is never passed on, and by then it is done.
      else upstream.write(bytes, () => upstream.removeAllListeners('data').once('data', end));
    });
    upstream.on('data', (bytes) => {
      if (!swallowing) client.write(bytes);
    });
    clients.add(client);
    client.on('close', () => clients.delete(client));
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        end();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  const cut = () => {
    for (const socket of open) socket.resetAndDestroy();
  };
  return {
    url: Object.assign(new URL(url), { port: String((server.address() as AddressInfo).port) }).href,
    get connections() {
      return clients.size;
    },
    swallow(on) {
      swallowing = on;
    },
    cut,
    accept(on) {
      accepting = on;
    },
    breakCommit(next) {
      fault = next;
    },
    async [Symbol.asyncDispose]() {
      swallowing = false;
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
