import { centrifugo } from './readers/centrifugo.ts';
import type { Protocol } from './readers/reader.ts';
import { socketIo } from './readers/socket-io.ts';
import { trpcSse } from './readers/sse.ts';
import { stockSocketIo, stockTrpc } from './readers/stock.ts';
import { trpcWs } from './readers/trpc.ts';
import { bareWs } from './readers/ws.ts';

export const PROTOCOLS = {
  ws: bareWs,
  'socket-io': { ...socketIo, stock: stockSocketIo },
  'trpc-ws': { ...trpcWs, stock: stockTrpc },
  'trpc-sse': trpcSse,
  centrifugo,
} satisfies Record<string, Protocol>;

export type ProtocolName = keyof typeof PROTOCOLS;
