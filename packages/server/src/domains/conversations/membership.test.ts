import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Refusal } from '../../core/refusal.ts';
import { databases, type TestDatabase } from '../../core/testing/databases.ts';
import { testServices } from '../../core/testing/services.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { createAuth } from '../auth/create-auth.ts';
import { createStage } from '../testing/stage.ts';
import { createConversation } from './conversations.ts';
import { requireParticipant, shareMembershipReads } from './membership.ts';

describe.each(databases())('a thousand who ask at once on $kind', ({ open }) => {
  let database: TestDatabase;
  let queries: number;
  let counted: PrismaClient;
  beforeAll(async () => {
    database = await open();
  });
  beforeEach(async () => {
    await database.clear();
    queries = 0;
    counted = database.prisma.$extends({
      query: {
        $allOperations: ({ args, query }) => {
          queries += 1;
          return query(args);
        },
      },
    }) as unknown as PrismaClient;
  });
  afterAll(() => database.close());

  it('whether they are participants share a few queries, and each is answered for themselves', async () => {
    await using stage = createStage(database.prisma);
    const [ana, ben, cem] = [await stage.person('ana'), await stage.person('ben'), await stage.person('cem')];
    const rooms = await Promise.all(
      [ben, cem].map(({ id }) => createConversation(stage.services, ana, { participantIds: [id] })),
    );
    shareMembershipReads(counted);
    const asked = Array.from({ length: 1_000 }, (_, index) => ({
      room: rooms[index % 2],
      person: [ana, ben, cem][index % 3]?.id ?? '',
    }));
    const answers = await Promise.all(
      asked.map(({ room, person }) =>
        requireParticipant(counted, room?.id ?? '', person).then(
          ({ conversationId, userId }) => `${conversationId} ${userId}`,
          (error: unknown) => (error as Refusal).reason,
        ),
      ),
    );
    expect(answers).toEqual(
      asked.map(({ room, person }) =>
        room?.participants.some(({ user }) => user.id === person) === true
          ? `${room.id} ${person}`
          : 'not_a_participant',
      ),
    );
    expect(queries).toBeLessThanOrEqual(4);
    const now = await requireParticipant(database.prisma, rooms[0]?.id ?? '', ana.id);
    expect(await requireParticipant(counted, rooms[0]?.id ?? '', ana.id)).toEqual(now);
  });

  it('to come in share a few queries, and whoever was shut out meanwhile is not let in', async () => {
    const core = testServices(counted);
    const { authenticator, sessions } = createAuth({
      ...core,
      config: { secret: 'a secret', registration: true },
    });
    const ids = Array.from({ length: 100 }, (_, index) => `person-${index}`);
    await database.prisma.user.createMany({
      data: ids.map((id) => ({ id, username: id, usernameKey: id })),
    });
    const tokens = ids.map((id) => sessions.tokens.sign(id, 0).accessToken);
    const enter = () =>
      Promise.all(
        Array.from({ length: 1_000 }, (_, index) =>
          authenticator.verify(tokens[index % 100] ?? '').then(
            ({ caller }) => caller.id,
            (error: unknown) => error,
          ),
        ),
      );
    expect(await enter()).toEqual(Array.from({ length: 1_000 }, (_, index) => `person-${index % 100}`));
    expect(queries).toBeLessThanOrEqual(4);
    await database.prisma.user.update({ where: { id: 'person-7' }, data: { disabledAt: new Date() } });
    expect((await enter())[7]).toMatchObject({ reason: 'user_disabled' });
  });
});
