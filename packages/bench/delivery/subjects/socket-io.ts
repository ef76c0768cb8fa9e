import { serveSubject } from '../subject.ts';
import { serveSocketIo } from './socket-io-server.ts';

serveSubject(() => serveSocketIo());
