// socket.io-client with its own reconnection, on WebSocket alone; the same with and without recovery.
import { io, type Manager } from 'socket.io-client';
import type { WebSocket } from 'ws';

import type { BenchClient, Listener, OpenRoom } from './client.ts';

export const openSocketIoRoom: OpenRoom = async ({ url }) => ({
  refused: 0,
  connect: (_index, listener) => connect(url, listener),
  broadcast: async (text) => {
    const response = await fetch(`${url}/broadcast`, { method: 'POST', body: text });
    if (!response.ok) throw new Error(`the broadcast was answered with ${response.status}`);
    await response.arrayBuffer();
  },
});

function connect(url: string, listener: Listener): Promise<BenchClient> {
  const socket = io(url, {
    transports: ['websocket'],
    forceNew: true,
    // The plan of cuts has its own spread.
    randomizationFactor: 0,
  });
  const watch = () => socketOf(socket.io)?.once('open', () => listener.opened());
  watch();
  // The next socket is made right after this event, and opens later.
  socket.io.on('reconnect_attempt', () => queueMicrotask(watch));
  socket.on('text', (text: string) => listener.delivered(text));
  const client: BenchClient = {
    cut(downMs) {
      const raw = socket.connected ? socketOf(socket.io) : undefined;
      if (raw === undefined) return false;
      socket.io.reconnectionDelay(downMs);
      raw.terminate();
      return true;
    },
    close: () => socket.close(),
  };
  return new Promise((resolve, reject) => {
    socket.on('connect', () => {
      if (socket.recovered) listener.resumed();
      resolve(client);
    });
    socket.on('connect_error', (error) => {
      // While it is active it tries again.
      if (socket.active) return;
      listener.failed(error);
      reject(error);
    });
  });
}

/** The library does not show its socket, but only the socket can be cut without a close handshake. */
function socketOf(manager: Manager): WebSocket | undefined {
  const { transport } = manager.engine as unknown as { transport?: { ws?: WebSocket } };
  return transport?.ws;
}
