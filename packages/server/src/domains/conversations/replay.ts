import type { Role } from '@parley/contract';

import type { AnyEvent } from '../../core/event.ts';
import type { LogEntry, Replay } from '../../core/log.ts';
import { isInbox, ownerOf } from '../../core/topics.ts';
import { summariesById, titlesById } from './store.ts';

/** Gives changes of membership as they were sent; a title is the conversation's as it is now. */
export const conversationReplay: Replay = {
  types: [
    'room:member-added',
    'room:member-removed',
    'room:role-changed',
    'room:renamed',
    'inbox:conversation-added',
    'inbox:conversation-removed',
  ],
  async events(db, entries) {
    const named = entries.filter(({ type }) => type === 'conversation-added' || type === 'renamed');
    const people = entries.filter(({ type }) => type === 'member-added').map(userOf);
    const known: Known = {
      conversations: await titlesById(db, named.map(conversationOf)),
      people: await summariesById(db, people),
    };
    const events = new Map<LogEntry, AnyEvent>();
    for (const entry of entries) {
      const event = eventOf(entry, known);
      if (event !== undefined) events.set(entry, event);
    }
    return events;
  },
};

interface Known {
  conversations: Awaited<ReturnType<typeof titlesById>>;
  people: Awaited<ReturnType<typeof summariesById>>;
}

function eventOf(entry: LogEntry, { conversations, people }: Known): AnyEvent | undefined {
  const { type, refs, at } = entry;
  const conversationId = conversationOf(entry);
  const userId = userOf(entry);
  const by = (name: string) => String(refs[name]);
  const role = refs['role'] as Role;
  switch (type) {
    case 'member-added': {
      const user = people.get(userId);
      const added = { conversationId, userId, role, addedBy: by('addedBy'), addedAt: at };
      return user && { type, payload: { ...added, user } };
    }
    case 'member-removed':
      return { type, payload: { conversationId, userId, removedBy: by('removedBy'), removedAt: at } };
    case 'role-changed':
      return { type, payload: { conversationId, userId, role, changedBy: by('changedBy'), changedAt: at } };
    case 'renamed': {
      const title = conversations.get(conversationId)?.title ?? null;
      return { type, payload: { conversationId, title, renamedBy: by('renamedBy'), renamedAt: at } };
    }
    case 'conversation-added': {
      const shown = conversations.get(conversationId);
      return shown && { type, payload: { conversationId, ...shown, addedBy: by('addedBy'), addedAt: at } };
    }
    case 'conversation-removed':
      return { type, payload: { conversationId, removedBy: by('removedBy'), removedAt: at } };
    default:
      return undefined;
  }
}

function conversationOf({ topic, refs }: LogEntry): string {
  return isInbox(topic) ? String(refs['conversationId']) : ownerOf(topic);
}

const userOf = ({ refs }: LogEntry): string => String(refs['userId']);
