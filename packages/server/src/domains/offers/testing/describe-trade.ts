import { afterAll, beforeAll, beforeEach, describe } from 'vitest';

import type { Caller } from '../../../core/caller.ts';
import type { Services } from '../../../core/services.ts';
import { databases, type TestDatabase } from '../../../core/testing/databases.ts';
import { testServices } from '../../../core/testing/services.ts';
import { inboxTopic, type InboxTopic } from '../../../core/topics.ts';
import type { Offer } from '../../../generated/prisma/client.ts';
import { offerReplay } from '../replay.ts';
import { addTalk, tradeIn, type Talk } from './talk.ts';

/** What the tests of a description share. Filled in before the first test, and `talk` anew before each. */
export interface Trading {
  readonly services: Services;
  /** A conversation of its own, and people that no other test knows. */
  readonly talk: Talk;
  readonly trade: ReturnType<typeof tradeIn>;
  readonly inbox: (person: Caller) => InboxTopic;
  /** An offer's row. */
  readonly stored: (offerId: string) => Promise<Offer>;
}

/**
 * Describes a part of trading on each kind of database. The tests share one database that is never cleared: what
 * they count, they count in their own talk.
 */
export function describeTrade(name: string, tests: (trading: Trading) => void): void {
  describe.each(databases())(`${name} on $kind`, ({ open }) => {
    const services = {} as Services;
    const talk = {} as Talk;
    let database: TestDatabase;
    beforeAll(async () => {
      database = await open();
      Object.assign(services, testServices(database.prisma, { replays: [offerReplay] }));
    });
    beforeEach(async () => {
      Object.assign(talk, await addTalk(services));
    });
    afterAll(() => database.close());
    tests({
      services,
      talk,
      trade: tradeIn(services, talk),
      inbox: (person) => inboxTopic(person.id),
      stored: (id) => services.db.offer.findUniqueOrThrow({ where: { id } }),
    });
  });
}
