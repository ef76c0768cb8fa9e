import type { ConversationKind, UserSummary } from '@parley/client';

export interface Person {
  readonly user: UserSummary;
}

/** What a talk's name follows from. */
interface Named {
  kind: ConversationKind;
  title: string | null;
  participants: readonly Person[];
}

export function personName({ displayName, username }: Pick<UserSummary, 'displayName' | 'username'>): string {
  return displayName ?? username;
}

/** Its title, or who else is in it. */
export function talkName({ title, participants }: Named, myId: string): string {
  if (title !== null) return title;
  const names = participants.filter(({ user }) => user.id !== myId).map(({ user }) => personName(user));
  return names.length === 0 ? 'Only you' : names.join(', ');
}

/** The other one of two. */
export function counterpart<One extends Person>(
  { kind, participants }: { kind: ConversationKind; participants: readonly One[] },
  myId: string,
): One | undefined {
  return kind === 'direct' ? participants.find(({ user }) => user.id !== myId) : undefined;
}

/** How people of a talk are called in it, and one who is not there any more. */
export function nameIn(participants: readonly Person[], userId: string, gone = 'Someone'): string {
  const person = participants.find(({ user }) => user.id === userId);
  return person === undefined ? gone : personName(person.user);
}

/** `Ana is typing`, `Ana and Ben are typing`, `3 people are typing`; empty where nobody is. */
export function typingText(people: readonly UserSummary[]): string {
  const [first, second] = people.map(personName);
  if (first === undefined) return '';
  if (second === undefined) return `${first} is typing`;
  return people.length === 2 ? `${first} and ${second} are typing` : `${people.length} people are typing`;
}
