import type { Id, Message } from '@parley/contract';

import { createConversation } from './domains/conversations.ts';
import { postMessage } from './domains/messages.ts';
import type { Person, Talk, World } from './world.ts';

/** A message that is there from the beginning. */
export interface SeedMessage<Name extends string = string> {
  from: Name;
  content: string;
  attachments?: readonly string[] | undefined;
  /** Default: a minute after the one before, the last one just now. */
  createdAt?: Date | undefined;
}

/** A conversation that is there from the beginning. */
export interface SeedConversation<Name extends string = string> {
  /** The first one makes it, and owns it where it is a group: of more than two people, or with a title. */
  participants: readonly [Name, Name, ...Name[]];
  title?: string | undefined;
  /** What it is about, for example the id of a listing. */
  subject?: string | undefined;
  /** As many, by each in turn; or these, the oldest first. Nobody but their authors has read them. */
  messages?: number | readonly SeedMessage<Name>[] | undefined;
}

export interface SeededConversation {
  readonly id: Id;
  /** The oldest first. */
  readonly messages: readonly Message[];
}

const MINUTE_MS = 60_000;

export function seedConversation(
  world: World,
  people: readonly Person[],
  {
    title,
    subject,
    messages = [],
    personOf,
  }: Omit<SeedConversation, 'participants'> & { personOf: (name: string) => Person },
): SeededConversation {
  const [first, ...others] = people;
  if (first === undefined) throw new Error('A conversation needs participants');
  const { id } = createConversation(world, first, {
    participantIds: others.map((person) => person.id),
    title,
    subject,
  });
  const { talk } = world.standing(first.id, id);
  const drafts =
    typeof messages === 'number'
      ? Array.from({ length: messages }, (_, index) => ({
          from: people[index % people.length] ?? first,
          content: `Message ${index + 1}`,
        }))
      : messages.map((message) => ({ ...message, from: personOf(message.from) }));
  const end = world.stamp().getTime();
  return {
    id,
    messages: drafts.map((draft, index) =>
      post(world, talk, { ...draft, end, left: drafts.length - 1 - index }),
    ),
  };
}

function post(
  world: World,
  talk: Talk,
  draft: Omit<SeedMessage, 'from'> & { from: Person; end: number; left: number },
): Message {
  const createdAt = draft.createdAt ?? new Date(draft.end - draft.left * MINUTE_MS);
  const { content, attachments = [] } = draft;
  return postMessage(
    world,
    { talk, author: draft.from, createdAt },
    { content, attachments: [...attachments] },
  );
}
