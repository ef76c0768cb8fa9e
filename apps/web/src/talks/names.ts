import type { ConversationKind, UserSummary } from '@parley/client';

/** What a talk's name follows from. */
interface Named {
  kind: ConversationKind;
  title: string | null;
  people: readonly { user: UserSummary }[];
}

export function personName({ displayName, username }: Pick<UserSummary, 'displayName' | 'username'>): string {
  return displayName ?? username;
}

/** Its title, or who else is in it. */
export function talkName({ title, people }: Named, myId: string): string {
  if (title !== null) return title;
  const names = people.filter(({ user }) => user.id !== myId).map(({ user }) => personName(user));
  return names.length === 0 ? 'Only you' : names.join(', ');
}

/** The other one of two. */
export function counterpart<Person extends { user: UserSummary }>(
  { kind, people }: { kind: ConversationKind; people: readonly Person[] },
  myId: string,
): Person | undefined {
  return kind === 'direct' ? people.find(({ user }) => user.id !== myId) : undefined;
}

/** How people of a talk are called in it. */
export function nameIn(people: readonly { user: UserSummary }[], userId: string): string {
  const person = people.find(({ user }) => user.id === userId);
  return person === undefined ? 'Someone' : personName(person.user);
}
