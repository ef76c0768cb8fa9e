// A bare route: it trusts whoever calls, and answers with what it wrote.
import fastify from 'fastify';

import { openStatementWriter } from './prisma-writers.ts';
import type { ServeTown } from './run-served.ts';
import { roomAt } from './town.ts';
import type { Draft } from './writer.ts';

export const serveFastify: ServeTown = async (town) => {
  const writer = await openStatementWriter(town);
  const app = fastify();
  app.post<{ Params: { room: string }; Body: Draft }>('/rooms/:room/messages', async (request, reply) => {
    const { clientId, content } = request.body;
    const room = roomAt(Number(request.params.room));
    const { seq } = await writer.send(room, { clientId, content });
    return reply
      .code(201)
      .send({ message: { seq, conversationId: room.id, userId: room.author, clientId, content } });
  });
  return { url: await app.listen({ port: 0, host: '127.0.0.1' }) };
};
