import { fulfil } from '../worker.ts';
import { serveSocketIo } from './socket-io-server.ts';

// The values of Socket.IO's documentation, in its adapter in memory.
await fulfil(() =>
  serveSocketIo({
    connectionStateRecovery: { maxDisconnectionDuration: 2 * 60 * 1_000, skipMiddlewares: true },
  }),
);
