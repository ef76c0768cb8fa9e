import { LIMITS } from '@parley/contract/schemas';
import { expect, it } from 'vitest';

import { getConversation } from '../conversations/conversations.ts';
import { describeTalk } from './testing/describe-talk.ts';

describeTalk('a reaction', (talking) => {
  it('is told in the room, and shown with the message by emoji, the first used first', async () => {
    const { stage, ana, ben, cem, group, say, react, list } = talking;
    const { message } = await say(ana, 'hello');
    const [room, inbox] = [stage.room(ben, group), stage.inbox(ana)];
    await room.next('joined');
    await inbox.next('connected');
    await react(ben, message.id, '👍');
    await react(cem, message.id, '🇵🇹');
    await react(cem, message.id, '👍');
    expect((await room.next('reaction')).event.payload).toMatchObject({
      messageId: message.id,
      conversationId: group,
      userId: ben.id,
      emoji: '👍',
      on: true,
    });
    expect((await list(ana))[0]?.reactions).toEqual([
      { emoji: '👍', userIds: [ben.id, cem.id] },
      { emoji: '🇵🇹', userIds: [cem.id] },
    ]);
    await say(ben, 'a mark');
    await inbox.next('new-message');
    expect(inbox.types()).not.toContain('reaction');
  });

  it('keeps the place of its emoji for as long as someone has put it', async () => {
    const { ana, ben, cem, say, react, list } = talking;
    const { message } = await say(ana, 'hello');
    await react(ana, message.id, '👍');
    await react(ben, message.id, '🎉');
    await react(cem, message.id, '👍');
    await react(ana, message.id, '👍', false);
    const shown = async () => (await list(ana))[0]?.reactions;
    expect(await shown()).toEqual([
      { emoji: '👍', userIds: [cem.id] },
      { emoji: '🎉', userIds: [ben.id] },
    ]);
    await react(cem, message.id, '👍', false);
    await react(ana, message.id, '👍');
    expect((await shown())?.map(({ emoji }) => emoji)).toEqual(['🎉', '👍']);
  });

  it('that is so already changes nothing, also when put many times at once', async () => {
    const { stage, ana, ben, group, say, react } = talking;
    const { message } = await say(ana, 'hello');
    await react(ben, message.id, '👍', false);
    await Promise.all(Array.from({ length: 5 }, () => react(ben, message.id, '👍')));
    expect((await getConversation(stage.services, ana, { conversationId: group })).headSeq).toBe(2);
  });

  it('is one of at most so many emojis, and of so many altogether', async () => {
    const { ana, ben, say, react, db } = talking;
    const tooMany = { reason: 'too_many_reactions', code: 'CONFLICT' };
    const { message: varied } = await say(ana, 'varied');
    const emojis = Array.from({ length: LIMITS.reactionEmojis + 1 }, (_, index) =>
      String.fromCodePoint(0x1f400 + index),
    );
    for (const emoji of emojis.slice(0, -1)) await react(ben, varied.id, emoji);
    await expect(react(ben, varied.id, emojis.at(-1) ?? '')).rejects.toMatchObject(tooMany);
    await react(ana, varied.id, emojis[0] ?? '');

    const { message: popular } = await say(ana, 'popular');
    const { messageId, ...rest } = { messageId: popular.id, emoji: '👍', seq: 3n, emojiSeq: 3n };
    await db.reaction.createMany({
      data: Array.from({ length: LIMITS.reactions - 1 }, (_, index) => ({
        messageId,
        userId: `u${index}`,
        ...rest,
      })),
    });
    await react(ben, popular.id, '👍');
    await expect(react(ana, popular.id, '👍')).rejects.toMatchObject(tooMany);
    await react(ben, popular.id, '👍', false);
    await react(ana, popular.id, '👍');
  });
});
