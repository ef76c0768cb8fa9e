import { fulfil } from '../worker.ts';
import { serveSocketIo } from './socket-io-server.ts';

await fulfil(() => serveSocketIo({}));
