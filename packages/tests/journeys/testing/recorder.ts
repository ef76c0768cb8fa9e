import type { AppRouter } from '@parley/server/api';
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import superjson from 'superjson';
import { WebSocket } from 'ws';

/** Come when somebody's connections come and go, at whatever time. */
const VISITS = /"type":"(user-joined|user-left|presence)"/;

/** A stock client, and the texts that it was sent, by the socket and the id of their request. */
export class Recorder {
  readonly texts = new Map<string, string[]>();
  readonly client;
  readonly #wsClient;
  readonly #sockets = new Set<WebSocket>();
  #gate: Promise<void> = Promise.resolve();

  constructor({ url, tokens, speaks }: { url: string; tokens: () => string; speaks: '2.0' | undefined }) {
    const record = (text: string, socket: number) => this.#record(text, socket);
    const sockets = this.#sockets;
    class Recorded extends WebSocket {
      constructor(...args: ConstructorParameters<typeof WebSocket>) {
        super(...args);
        const socket = sockets.add(this).size;
        this.on('message', (raw: Buffer) => record(raw.toString(), socket));
        this.on('error', () => undefined);
      }
      override send(text: string): void {
        super.send(speaks === undefined ? text : versioned(text));
      }
    }
    this.#wsClient = createWSClient({
      url: async () => {
        await this.#gate;
        return `${url.replace('http', 'ws')}/trpc`;
      },
      WebSocket: Recorded as unknown as typeof globalThis.WebSocket,
      connectionParams: () => ({ token: tokens() }),
      retryDelayMs: () => 10,
    });
    this.client = createTRPCClient<AppRouter>({
      links: [wsLink({ client: this.#wsClient, transformer: superjson })],
    });
  }

  count(matches: RegExp): number {
    return [...this.texts.values()].flat().filter((text) => matches.test(text)).length;
  }

  /** Cuts the socket; the client comes back when it is let. */
  cut(): () => void {
    let open = () => {};
    this.#gate = new Promise((resolve) => (open = resolve));
    for (const socket of this.#sockets) socket.terminate();
    return open;
  }

  close(): Promise<void> {
    return this.#wsClient.close();
  }

  #record(text: string, socket: number): void {
    if (text === 'PING' || text.startsWith('{"id":null')) return;
    const plain = text
      .replace(/^(\{"id":\d+,)"jsonrpc":"2\.0",/, '$1')
      .replace(/"requestId":"[^"]*"/, '"requestId":""');
    if (VISITS.test(plain) && plain.includes(`"username":"${this.watcher}"`)) return;
    const id = `${socket} ${/^\{"id":(\d+),/.exec(plain)?.[1]}`;
    this.texts.set(id, [...(this.texts.get(id) ?? []), plain]);
  }

  /** Whose own coming and going is left out. */
  watcher = '';
}

/** With the version in each of the calls. */
function versioned(text: string): string {
  if (!/^[[{]/.test(text)) return text;
  const message = JSON.parse(text) as object | object[];
  if (!Array.isArray(message) && !('id' in message)) return text;
  const items = (Array.isArray(message) ? message : [message]) as object[];
  const marked = items.map((item) => ({ ...item, jsonrpc: '2.0' }));
  return JSON.stringify(Array.isArray(message) ? marked : marked[0]);
}
