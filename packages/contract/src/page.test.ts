import { describe, expect, it } from 'vitest';

import { CreateConversation } from './conversations.ts';
import { LIMITS } from './limits.ts';
import { ListMessages } from './messages.ts';
import { GetPresence } from './presence.ts';
import { accepts } from './testing/accepts.ts';

describe('a list', () => {
  it('has pages of 1 to 100, 50 unless told', () => {
    expect(ListMessages.parse({ conversationId: 'c' })).toMatchObject({ limit: 50, direction: 'older' });
    for (const limit of [1, 100]) expect(accepts(ListMessages, { conversationId: 'c', limit })).toBe(true);
    for (const limit of [0, 101, 1.5, '5'])
      expect(accepts(ListMessages, { conversationId: 'c', limit })).toBe(false);
  });

  it('of people is bounded', () => {
    const people = (length: number) => Array.from({ length }, (_, at) => `u${at}`);
    expect(accepts(GetPresence, { userIds: people(LIMITS.presenceUserIds) })).toBe(true);
    expect(accepts(GetPresence, { userIds: people(LIMITS.presenceUserIds + 1) })).toBe(false);
    expect(accepts(CreateConversation, { participantIds: people(LIMITS.participants + 1) })).toBe(false);
    expect(accepts(CreateConversation, { participantIds: [] })).toBe(false);
  });
});
