import { LIMITS } from '@parley/contract/schemas';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Caller } from '../../core/caller.ts';
import { databases, type TestDatabase } from '../../core/testing/databases.ts';
import { ManualClock } from '../../core/testing/manual-clock.ts';
import { createConversation } from '../conversations/conversations.ts';
import { addMembers, removeMember } from '../conversations/members.ts';
import { createStage, type Stage, type Watch } from '../testing/stage.ts';

const { typingExpiryMs, typingIntervalMs, typingInboxParticipants } = LIMITS;

describe.each(databases())('typing in an inbox on $kind', ({ open }) => {
  let database: TestDatabase;
  let stage: Stage;
  let clock: ManualClock;
  let ana: Caller;
  let ben: Caller;
  let cem: Caller;
  beforeAll(async () => {
    database = await open();
  });
  beforeEach(async () => {
    await database.clear();
    clock = new ManualClock();
    stage = createStage(database.prisma, { clock });
    [ana, ben, cem] = [await stage.person('ana'), await stage.person('ben'), await stage.person('cem')];
    return () => stage[Symbol.asyncDispose]();
  });
  afterAll(() => database.close());

  const group = async (...others: Caller[]) =>
    (
      await createConversation(stage.services, ana, {
        participantIds: others.map(({ id }) => id),
        title: 'Trip',
      })
    ).id;
  const write = (person: Caller, conversationId: string, isTyping = true) =>
    stage.services.typing.set({ conversationId, person, isTyping });
  const signs = ({ seen }: Watch) =>
    seen.flatMap(({ event }) =>
      event.type === 'typing' ? [[event.payload.conversationId, event.payload.isTyping]] : [],
    );
  async function inboxes(...people: Caller[]) {
    const open = people.map((person) => stage.inbox(person));
    await Promise.all(open.map((inbox) => inbox.next('connected')));
    return open as [Watch, ...Watch[]];
  }

  it('is told to the others of a conversation, whichever room is open, and ends by itself', async () => {
    const eve = await stage.person('eve');
    const id = await group(ben, cem);
    const [ofBen, ofCem, ofAna, ofEve] = await inboxes(ben, cem, ana, eve);
    write(ana, id);
    await expect
      .poll(() => [ofBen, ofCem].map((it) => it && signs(it)))
      .toEqual([[[id, true]], [[id, true]]]);
    expect(ofBen.seen.at(-1)?.event.payload).toEqual({
      userId: ana.id,
      username: ana.username,
      conversationId: id,
      isTyping: true,
    });
    clock.advance(typingExpiryMs);
    const both = [
      [id, true],
      [id, false],
    ];
    await expect.poll(() => [ofBen, ofCem].map((it) => it && signs(it))).toEqual([both, both]);
    expect([ofAna, ofEve].map((it) => it?.types())).toEqual([['connected'], ['connected']]);
  });

  it('is told once however often it is repeated, and what changes soon at the end of the time', async () => {
    const id = await group(ben);
    const [inbox] = await inboxes(ben);
    for (let index = 0; index < 20; index += 1) write(ana, id);
    await expect.poll(() => signs(inbox)).toEqual([[id, true]]);
    write(ana, id, false);
    write(ben, id);
    const [ofAna] = await inboxes(ana);
    write(ben, id, false);
    write(ben, id);
    await expect.poll(() => signs(ofAna)).toEqual([[id, true]]);
    expect(signs(inbox)).toEqual([[id, true]]);
    clock.advance(typingIntervalMs);
    await expect.poll(() => signs(inbox).at(-1)).toEqual([id, false]);
  });

  it('is not told to one who has left, neither its end nor a sign that comes late', async () => {
    const [id, other] = [await group(ben, cem), await group(ben)];
    const [inbox] = await inboxes(ben);
    write(ana, id);
    await expect.poll(() => signs(inbox)).toEqual([[id, true]]);
    await removeMember(stage.services, ana, { conversationId: id, userId: ben.id });
    await inbox.next('conversation-removed');
    clock.advance(typingExpiryMs);
    const late = { userId: cem.id, username: cem.username, conversationId: id, isTyping: true };
    await stage.services.announce.toInboxes([ben.id], 'typing', late);
    write(cem, id);
    write(ana, other);
    await expect.poll(() => signs(inbox).at(-1)).toEqual([other, true]);
    const [again] = await inboxes(ben);
    clock.advance(typingExpiryMs);
    await expect.poll(() => signs(again)).toEqual([[other, false]]);
    await expect
      .poll(() => signs(inbox))
      .toEqual([
        [id, true],
        [other, true],
        [other, false],
      ]);
    await addMembers(stage.services, ana, { conversationId: id, userIds: [ben.id] });
    clock.advance(typingIntervalMs);
    write(cem, id);
    await expect.poll(() => signs(inbox).at(-1)).toEqual([id, true]);
  });

  it('is told in the room alone where there are many people', async () => {
    const people = await Promise.all(
      Array.from({ length: typingInboxParticipants - 2 }, () => stage.person('other')),
    );
    const id = await group(ben, ...people);
    const [inbox] = await inboxes(ben);
    write(ana, id);
    await expect.poll(() => signs(inbox)).toEqual([[id, true]]);
    await addMembers(stage.services, ana, { conversationId: id, userIds: [cem.id] });
    const room = stage.room(ben, id);
    await room.next('joined');
    const other = await group(ben);
    write(cem, id);
    await room.next('typing');
    write(ana, other);
    await expect
      .poll(() => signs(inbox))
      .toEqual([
        [id, true],
        [other, true],
      ]);
  });
});
