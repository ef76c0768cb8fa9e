import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { applyWSSHandler } from '@trpc/server/adapters/ws';
import { WebSocketServer } from 'ws';

import { serveSubject } from '../subject.ts';
import { appRouter, createContext, publish } from './trpc-app.ts';

serveSubject(async () => {
  const wss = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  applyWSSHandler({ wss, router: appRouter, createContext });
  await once(wss, 'listening');
  return { url: `http://127.0.0.1:${(wss.address() as AddressInfo).port}`, publish };
});
