// Messages over HTTP, on connections that are kept.
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

import { signToken } from '../delivery/hall.ts';
import type { Send } from './flood.ts';
import { roomAt } from './town.ts';
import type { Sent } from './writer.ts';

const PATHS = {
  parley: (room: number) => `/api/v1/talks/${roomAt(room).id}/message`,
  fastify: (room: number) => `/rooms/${room}/messages`,
};

export type RestServer = keyof typeof PATHS;

export function posts(url: string, server: RestServer, rooms: number): Send {
  const agent = new Agent({ keepAlive: true });
  const tokens = Array.from({ length: rooms }, (_, room) => signToken(roomAt(room).author));
  return (room, draft) =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${tokens[room] ?? ''}` };
      const options = { method: 'POST', agent, headers };
      const call = request(`${url}${PATHS[server](room)}`, options, (response) => {
        text(response).then((body) => {
          if (response.statusCode === 201) resolve((JSON.parse(body) as { message: Sent }).message);
          else reject(new Error(`answered with ${response.statusCode}: ${body}`));
        }, reject);
      });
      call.on('error', reject);
      call.end(JSON.stringify(draft));
    });
}
