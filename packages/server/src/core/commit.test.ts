import { expect, it } from 'vitest';

import { createConversation } from '../domains/conversations/conversations.ts';
import { sendMessage } from '../domains/messages/messages.ts';
import { describeStage } from '../domains/testing/describe-stage.ts';
import { createCommit } from './commit.ts';
import { Turns } from './turns.ts';

describeStage('commits', (stage, database) => {
  it('number every topic without a hole where many rooms share their people', async () => {
    const people = await Promise.all(['ana', 'ben', 'cem', 'dan'].map((name) => stage.person(name)));
    const [ana, ...others] = people;
    if (ana === undefined) throw new Error('there are four');
    const rooms: string[] = [];
    for (const left of [undefined, ...others]) {
      const participantIds = others.filter((one) => one !== left).map(({ id }) => id);
      rooms.push((await createConversation(stage.services, ana, { participantIds, title: 'Group' })).id);
    }
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        sendMessage(stage.services, ana, {
          conversationId: rooms[index % rooms.length] ?? '',
          content: `${index}`,
          attachments: [],
        }),
      ),
    );
    const topics = await database.prisma.topic.findMany();
    for (const { id, head } of topics) {
      const entries = await database.prisma.logEntry.findMany({
        where: { topic: id },
        orderBy: { seq: 'asc' },
      });
      expect(entries.map(({ seq }) => Number(seq))).toEqual(
        Array.from({ length: Number(head) }, (_, i) => i + 1),
      );
    }
    expect(topics).toHaveLength(rooms.length + people.length);
  });

  it('change nothing, and tell nobody, when their work fails', async () => {
    const [ana, ben] = [await stage.person('ana'), await stage.person('ben')];
    const { id } = await createConversation(stage.services, ana, { participantIds: [ben.id] });
    const room = stage.room(ben, id);
    await room.next('joined');
    const failing = stage.services.commit(id, async ({ tx, room: opened }) => {
      await tx.conversation.update({ where: { id }, data: { title: 'half done' } });
      opened.append('message', { messageId: 'none' }, {} as never);
      throw new Error('stopped half-way');
    });
    await expect(failing).rejects.toThrow('stopped half-way');
    const { title } = await database.prisma.conversation.findUniqueOrThrow({ where: { id } });
    expect([title, await database.prisma.logEntry.count({ where: { topic: `c:${id}` } })]).toEqual([null, 0]);
    expect(room.types()).toEqual(['joined']);
  });

  it('leave connections for reads, however many wait', async () => {
    const turns = new Turns(stage.services.clock, database.writers);
    const commit = createCommit({ ...stage.services, random: Math.random, turns });
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    // The embedded database has one connection, which a held commit would keep from the read.
    const held = database.kind === 'postgres' ? database.writers : 0;
    let working = 0;
    const commits = Array.from({ length: 40 }, (_, index) =>
      commit(`room-${index}`, async () => {
        working += 1;
        if (held > 0) await gate;
      }),
    );
    await expect.poll(() => working).toBeGreaterThanOrEqual(held);
    expect(await database.prisma.user.count()).toBe(0);
    release();
    await Promise.all(commits);
    expect(working).toBe(40);
  });
});
