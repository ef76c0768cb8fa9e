/** A group whose people come and go: one owner adds and removes, and some leave by themselves. */
import type { Id } from '@parley/contract';

import { rest, type Stage } from './actors.ts';
import { ask, insist } from './ask.ts';
import { deviceOf, type Person, type Talk } from './cast.ts';

export async function gather(
  { talk, owner, guests }: { talk: Talk; owner: Person; guests: readonly Person[] },
  stage: Stage,
): Promise<void> {
  const { random, isOver } = stage;
  const inside = new Set(guests.filter((guest) => talk.members.includes(guest)));
  while (!isOver()) {
    await rest(random.between(1000, 3500));
    const guest = random.pick(guests);
    const isDone = inside.has(guest)
      ? await bringOut(guest, { talk, owner, alone: random.chance(0.3), isGivenUp: isOver })
      : await bringIn(guest, { talk, owner, isGivenUp: isOver });
    if (!isDone) continue;
    if (inside.delete(guest)) continue;
    inside.add(guest);
    for (const device of guest.devices) device.read({ room: talk.id }, 0);
  }
}

interface Change {
  talk: Talk;
  owner: Person;
  isGivenUp: () => boolean;
}

async function bringIn(guest: Person, { talk, owner, isGivenUp }: Change): Promise<boolean> {
  const [conversationId, userId] = [talk.id, guest.identity.id];
  const { status } = await insist(
    () =>
      ask(deviceOf(owner), { type: 'add', conversationId, userId }, async (client) => {
        await client.conversations.addMembers.mutate({ conversationId, userIds: [userId] });
        return { status: 'done' };
      }),
    isGivenUp,
  );
  return status === 'done';
}

async function bringOut(
  guest: Person,
  { talk, owner, alone, isGivenUp }: Change & { alone: boolean },
): Promise<boolean> {
  const { status } = await insist(
    () => (alone ? leave(guest, talk.id) : remove(owner, talk.id, guest.identity.id)),
    isGivenUp,
  );
  // Who has left, and was not told so, is told that there is nothing to leave.
  return status === 'done' || (alone && status === 'refused');
}

function leave(guest: Person, conversationId: Id) {
  return ask(deviceOf(guest), { type: 'leave', conversationId }, async (client) => {
    await client.conversations.leave.mutate({ conversationId });
    return { status: 'done' };
  });
}

function remove(owner: Person, conversationId: Id, userId: Id) {
  return ask(deviceOf(owner), { type: 'remove', conversationId, userId }, async (client) => {
    await client.conversations.removeMember.mutate({ conversationId, userId });
    return { status: 'done' };
  });
}
