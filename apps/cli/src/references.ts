/**
 * What people call things by. An id always works; a talk also goes by the last characters of its id or, between two, by
 * the other's username, a message by its number in the talk, an offer by the last characters of its id, a person by
 * their username.
 */
import { isParleyError, type ConversationSummary, type Page, type ParleyCalls } from '@parley/client';

import { Refused } from './failure.ts';

/** Pages that are looked through; whatever lies further back goes by its id. */
const PAGES = 10;
const PAGE_SIZE = 100;
const REF_LENGTH = 8;
/** Shorter endings are of too many ids. */
const MIN_REF_LENGTH = 4;

/** The last characters of an id: the first ones of ids made at about the same time are the same. */
export function refOf(id: string): string {
  return id.slice(-REF_LENGTH);
}

/** A conversation's id; `ref` itself where nothing goes by it, for the server to judge. */
export async function findTalk(trpc: ParleyCalls, ref: string, me: { id: string }): Promise<string> {
  if (ref.length > 2 * REF_LENGTH) return ref;
  const isMeant = (talk: ConversationSummary) => endsWith(talk.id, ref) || isWith(talk, ref, me.id);
  const found = await search(
    (cursor) => trpc.conversations.list.query({ limit: PAGE_SIZE, ...cursor }),
    isMeant,
  );
  return only(found, ref)?.id ?? ref;
}

/** A conversation's id, by it or its last characters; undefined where nothing goes by them. */
export async function findTalkByEnding(trpc: ParleyCalls, ref: string): Promise<string | undefined> {
  if (ref.length < MIN_REF_LENGTH) return undefined;
  const pageAt = (cursor: object) => trpc.conversations.list.query({ limit: PAGE_SIZE, ...cursor });
  return only(await search(pageAt, ({ id }) => endsWith(id, ref)), ref)?.id;
}

/** An offer's id; `ref` itself where nothing goes by it. */
export async function findOffer(trpc: ParleyCalls, conversationId: string, ref: string): Promise<string> {
  if (ref.length > 2 * REF_LENGTH) return ref;
  const pageAt = (cursor: object) => trpc.offers.list.query({ conversationId, limit: PAGE_SIZE, ...cursor });
  return only(await search(pageAt, ({ id }) => endsWith(id, ref)), ref)?.id ?? ref;
}

/** A message's id, by its number in the talk; `ref` itself where nothing goes by it. */
export async function findMessage(trpc: ParleyCalls, conversationId: string, ref: string): Promise<string> {
  const [, digits] = /^#?(\d{1,15})$/.exec(ref) ?? [];
  if (digits === undefined) return ref;
  const pageAt = (cursor: object) =>
    trpc.messages.list.query({ conversationId, limit: PAGE_SIZE, ...cursor });
  const [message] = await search(pageAt, ({ seq }) => seq === Number(digits));
  return message?.id ?? ref;
}

/** The id of someone in a talk, by their whole username in any case; `ref` itself where nobody there has it. */
export async function findMember(trpc: ParleyCalls, conversationId: string, ref: string): Promise<string> {
  const username = ref.replace(/^@/, '');
  const { participants } = await trpc.conversations.get.query({ conversationId });
  return participants.find(({ user }) => isSame(user.username, username))?.user.id ?? ref;
}

/** A person's id, by their whole username in any case; `ref` itself where nobody has it. */
export async function findPerson(trpc: ParleyCalls, ref: string): Promise<string> {
  const username = ref.replace(/^@/, '');
  const isMeant = (person: { username: string }) => isSame(person.username, username);
  const pageAt = (cursor: object) =>
    trpc.users.search.query({ query: username, limit: PAGE_SIZE, ...cursor });
  const [person] = await search(pageAt, isMeant);
  return person?.id ?? ref;
}

/**
 * Does something with people.
 *
 * @throws Refused `user_not_found` that names whoever is not there, as the server does not
 */
export async function withPeople<Result>(
  trpc: ParleyCalls,
  refs: readonly string[],
  work: (userIds: string[]) => Promise<Result>,
): Promise<Result> {
  const userIds = await Promise.all(refs.map((ref) => findPerson(trpc, ref)));
  try {
    return await work(userIds);
  } catch (cause) {
    const strangers = refs.filter((ref, at) => userIds[at] === ref);
    if (!isParleyError(cause) || cause.data.reason !== 'user_not_found' || strangers.length === 0)
      throw cause;
    throw new Refused('user_not_found', `There is nobody called ${strangers.join(', ')}`, { cause });
  }
}

async function search<Item>(
  pageAt: (cursor: { cursor?: string }) => Promise<Page<Item>>,
  isMeant: (item: Item) => boolean,
): Promise<Item[]> {
  const found: Item[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < PAGES; pages += 1) {
    const page: Page<Item> = await pageAt(cursor === null ? {} : { cursor });
    found.push(...page.items.filter(isMeant));
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  return found;
}

function only<Item extends { id: string }>(found: Item[], ref: string): Item | undefined {
  if (found.length <= 1) return found[0];
  const refs = found.map(({ id }) => refOf(id)).join(', ');
  throw new Refused('ambiguous', `${ref} may be any of ${refs}`);
}

function isWith({ kind, participants }: ConversationSummary, ref: string, me: string): boolean {
  const username = ref.replace(/^@/, '');
  return (
    kind === 'direct' && participants.some(({ user }) => user.id !== me && isSame(user.username, username))
  );
}

function endsWith(id: string, ref: string): boolean {
  return id === ref || (ref.length >= MIN_REF_LENGTH && id.endsWith(ref.toLowerCase()));
}

function isSame(one: string, other: string): boolean {
  return one.normalize('NFC').toLowerCase() === other.normalize('NFC').toLowerCase();
}
