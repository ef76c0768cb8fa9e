// A server's domains on a test's database, without sockets: people, rules, and subscriptions as they yield.
import superjson, { type SuperJSONResult } from 'superjson';
import { v7 } from 'uuid';

import type { Bus } from '../../bus/bus.ts';
import type { Caller } from '../../core/caller.ts';
import { systemClock, type Clock } from '../../core/clock.ts';
import type { Connection, Frame, Line, Outlet } from '../../core/connection.ts';
import { Endings } from '../../core/endings.ts';
import type { AnyEvent } from '../../core/event.ts';
import type { Services } from '../../core/services.ts';
import { testServices } from '../../core/testing/services.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { Hub } from '../../realtime/hub.ts';
import { shareMembershipReads } from '../conversations/membership.ts';
import { conversationReplay } from '../conversations/replay.ts';
import { RoomPeople } from '../conversations/room-people.ts';
import { watchInbox } from '../inbox/inbox.ts';
import { withhold } from '../inbox/withhold.ts';
import { messageReplay } from '../messages/replay.ts';
import { createSends } from '../messages/send-group.ts';
import { offerReplay } from '../offers/replay.ts';
import { Roster } from '../presence/roster.ts';
import { Visits } from '../presence/visits.ts';
import { createReceipts } from '../receipts/receipts.ts';
import { watchRoom } from '../room/room.ts';
import { Typing } from '../typing/typing.ts';

export interface Stage extends AsyncDisposable {
  services: Services;
  roster: Roster;
  person(name: string): Promise<Caller>;
  room(person: Caller, conversationId: string, lastEventId?: string, connection?: Connection): Watch;
  inbox(person: Caller, lastEventId?: string, connection?: Connection): Watch;
}

export interface StageOptions {
  clock?: Clock;
  bus?: Bus;
  /** Whether subscriptions have lines, and what needs nobody to look at it goes past the generator. */
  direct?: boolean;
}

export function createStage(
  db: PrismaClient,
  { clock = systemClock, bus, direct = false }: StageOptions = {},
): Stage {
  shareMembershipReads(db);
  const replays = [conversationReplay, messageReplay, offerReplay];
  const services = testServices(db, { clock, replays, withhold, ...(bus && { bus }) });
  const roster = new Roster(services);
  const hub = new Hub(services);
  const typing = new Typing({ ...services, hub });
  Object.assign(services, { peopleOnline: roster, visits: new Visits(services), typing, hub });
  const writing = { ...services, random: Math.random };
  Object.assign(services, {
    roomPeople: new RoomPeople(services),
    sends: createSends(writing),
    receipts: createReceipts(writing),
  });
  const watches: Watch[] = [];
  const watch = (start: Start, connection: Connection) => {
    const one = new Watch((signal, line) => start(signal, direct ? line : undefined), connection);
    watches.push(one);
    return one;
  };
  return {
    services,
    roster,
    async person(name) {
      const id = v7();
      const username = `${name}-${id.slice(-6)}`;
      await db.user.create({ data: { id, username, usernameKey: username.toLowerCase() } });
      return { id, username, avatar: null };
    },
    room: (person, conversationId, lastEventId, connection = testConnection()) =>
      watch(
        (signal, line) =>
          watchRoom({ services, connection }, person, { conversationId, lastEventId, line, signal }),
        connection,
      ),
    inbox: (person, lastEventId, connection = testConnection()) =>
      watch(
        (signal, line) => watchInbox({ services, connection }, person, { lastEventId, line, signal }),
        connection,
      ),
    async [Symbol.asyncDispose]() {
      for (const one of watches) await one.stop();
      typing[Symbol.dispose]();
      hub[Symbol.dispose]();
      await roster[Symbol.asyncDispose]();
      await services.bus.close();
    },
  };
}

export interface Seen {
  id: string;
  event: AnyEvent;
}

type Start = (signal: AbortSignal, line: Line | undefined) => AsyncIterator<unknown>;

/** What a subscription has yielded so far, and written past its generator. */
export class Watch implements Outlet {
  readonly seen: Seen[] = [];
  readonly ended: Promise<unknown>;
  readonly #controller = new AbortController();
  readonly #values: AsyncIterator<unknown>;
  readonly #connection: Connection;
  #changed: () => void = () => undefined;

  constructor(start: Start, connection = testConnection()) {
    this.#connection = connection;
    this.#values = start(this.#controller.signal, { callId: 1, outlet: this });
    this.ended = this.#run().catch((error: unknown) => error);
  }

  frame(text: string): Frame {
    return { text, bytes: text.length };
  }

  write({ text }: Frame): boolean {
    if (this.#connection.drained() !== undefined) return false;
    const { result } = JSON.parse(text) as { result: { data: SuperJSONResult } };
    const { id, data } = superjson.deserialize<{ id: string; data: AnyEvent }>(result.data);
    this.#sees(id, data);
    return true;
  }

  /** The first event of a type from the `from`th on, waiting for it at most 20 s. */
  async next(type: string, from = 0): Promise<Seen> {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const found = this.seen.slice(from).find(({ event }) => event.type === type);
      if (found !== undefined) return found;
      if (Date.now() > deadline) throw new Error(`no ${type} in ${JSON.stringify(this.types())}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        this.#changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  types(): string[] {
    return this.seen.map(({ event }) => event.type);
  }

  async stop(): Promise<void> {
    this.#controller.abort();
    await this.#values.return?.();
    await this.ended;
  }

  async #run(): Promise<void> {
    for (;;) {
      const next = await this.#values.next();
      if (next.done === true) return;
      const [id, event] = next.value as [string, AnyEvent];
      this.#sees(id, event);
    }
  }

  #sees(id: string, event: AnyEvent): void {
    this.seen.push({ id, event });
    this.#changed();
  }
}

export function testConnection(): Connection {
  const endings = new Endings();
  return {
    id: v7(),
    transport: 'ws',
    ip: '127.0.0.1',
    generation: 0,
    congested: false,
    drained: () => undefined,
    isLost: false,
    subscriptions: 0,
    end: (refusal) => endings.end(refusal),
    endings,
    signal: endings.signal,
  };
}
