/** Who is in a room that is being opened: those who open it at about the same time share one read. */
import type { RoomParticipant } from '@parley/contract';

import { Refusal } from '../../core/refusal.ts';
import type { Services } from '../../core/services.ts';
import { GATHER_MS, sharedRead } from '../../core/shared-read.ts';
import { toSummary } from '../users/person.ts';
import { peopleOf, type PersonInRoom } from './store.ts';

declare module '../../core/services.ts' {
  interface Services {
    roomPeople: RoomPeople;
  }
}

/** Conversations whose people one query reads: a group has up to 250. */
const ROOMS_READ = 50;
/** Between two such queries: whoever opens a room right after another waits so long at the most. */
export const READ_GAP_MS = 50;

export interface RoomPerson {
  /** As a room shows them, but for what this node alone knows. */
  shown: Omit<RoomParticipant, 'typing'>;
  /** The seq up to which they may see nothing. */
  joinedSeq: number;
  joinedAt: Date;
}

export class RoomPeople {
  readonly #read: (conversationId: string) => Promise<RoomPerson[] | undefined>;

  constructor({ db, peopleOnline }: Pick<Services, 'db' | 'peopleOnline'>) {
    this.#read = sharedRead(
      async (ids) => {
        const rooms = await peopleOf(db, ids);
        const everyone = new Set<string>();
        for (const people of rooms.values()) for (const { id } of people) everyone.add(id);
        const online = await peopleOnline.online([...everyone]);
        return new Map(
          [...rooms].map(([id, people]) => [id, people.map((person) => toRoomPerson(person, online))]),
        );
      },
      { maxKeys: ROOMS_READ, gapMs: READ_GAP_MS, gatherMs: GATHER_MS },
    );
  }

  /**
   * Everyone in a room, for one of them: what is true after this was called, and what is true at one time.
   *
   * @throws Refusal `not_a_participant`
   */
  async seenBy(userId: string, conversationId: string): Promise<{ own: RoomPerson; people: RoomPerson[] }> {
    const people = (await this.#read(conversationId)) ?? [];
    const own = people.find(({ shown }) => shown.user.id === userId);
    if (own === undefined) throw new Refusal('not_a_participant');
    return { own, people };
  }
}

function toRoomPerson(person: PersonInRoom, online: ReadonlySet<string>): RoomPerson {
  const { role, readSeq, deliveredSeq, joinedSeq, joinedAt } = person;
  return {
    shown: { user: toSummary(person), role, readSeq, deliveredSeq, online: online.has(person.id) },
    joinedSeq,
    joinedAt: new Date(joinedAt),
  };
}
