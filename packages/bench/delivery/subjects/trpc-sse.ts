import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { createHTTPServer } from '@trpc/server/adapters/standalone';

import { serveSubject } from '../subject.ts';
import { appRouter, createContext, publish } from './trpc-app.ts';

serveSubject(async () => {
  const server = createHTTPServer({ router: appRouter, createContext });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, publish };
});
