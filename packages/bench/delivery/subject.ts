// What every subject of the delivery rows can do: let a hall in, and deliver events to its rooms.
import { ownUsage, serve, type Usage, type UsageOrder } from '../servant.ts';
import { eventOf, roomsOf, type Hall } from './hall.ts';

export type RoomEvent = ReturnType<typeof eventOf>;

export interface Queries {
  all: number;
  /** Those for entries of the log and what they refer to. */
  log: number;
}

/** How a subject does it; each of the peers as its documentation shows. */
export interface Deliverer {
  url: string;
  /** Knows the hall's people and rooms from here on. */
  admit?(hall: Hall): Promise<void>;
  /** Has the first events of each room in its log, as if they had been sent. */
  keep?(hall: Hall, events: number): Promise<void>;
  /** Queries of its database so far. */
  queries?(): Queries;
  /** What has been used by the process that delivers, where that is another than the subject's own. */
  usage?(order: UsageOrder): Promise<Usage>;
  /** To everyone in the room of a hall. Must not wait. */
  publish(hall: Hall, room: number, event: RoomEvent): void;
}

export interface PublishOrder {
  hall: Hall;
  /** Turns of the event loop … */
  turns: number;
  /** … in each of which so many events are published, to one room after the other. */
  perTurn: number;
}

export interface PaceOrder {
  hall: Hall;
  /** Events a second, to one room after the other. */
  rate: number;
  events: number;
}

export interface DeliveryApi extends Record<string, (order: never) => unknown> {
  start(order: object): Promise<{ url: string }>;
  admit(hall: Hall): Promise<void>;
  keep(order: { hall: Hall; events: number }): Promise<void>;
  queries(order: object): Queries;
  publish(order: PublishOrder): Promise<void>;
  /** @returns when each was due, in milliseconds of the machine's monotonic clock; `first` events came before */
  pace(order: PaceOrder): Promise<{ first: number; stamps: number[] }>;
}

export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** In a subject's process. */
export function serveSubject<Options extends object>(start: (options: Options) => Promise<Deliverer>): void {
  let subject: Deliverer | undefined;
  /** Events so far, by hall. */
  const published = new Map<number, number>();
  const publishNext = (hall: Hall) => {
    const event = published.get(hall.number) ?? 0;
    published.set(hall.number, event + 1);
    const [room, round] = [event % roomsOf(hall), Math.floor(event / roomsOf(hall))];
    subject?.publish(hall, room, eventOf(hall, room, round + 1));
  };
  const api: DeliveryApi = {
    async start(options) {
      subject = await start(options as Options);
      return { url: subject.url };
    },
    admit: async (hall) => subject?.admit?.(hall),
    async keep({ hall, events }) {
      await subject?.keep?.(hall, events);
      published.set(hall.number, events * roomsOf(hall));
    },
    queries: () => subject?.queries?.() ?? { all: 0, log: 0 },
    async publish({ hall, turns, perTurn }) {
      for (let turn = 0; turn < turns; turn += 1) {
        for (let event = 0; event < perTurn; event += 1) publishNext(hall);
        await wholeTurn();
      }
    },
    async pace({ hall, rate, events }) {
      const stamps: number[] = [];
      const first = published.get(hall.number) ?? 0;
      const began = monotonicMs();
      while (stamps.length < events) {
        const now = monotonicMs();
        const due = Math.min(events, ((now - began) * rate) / 1_000);
        while (stamps.length < due) {
          // Those that are due at once wait for one another, where publishing is writing as well.
          stamps.push(now);
          publishNext(hall);
        }
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      return { first, stamps };
    },
  };
  serve<DeliveryApi>(api, (order) => subject?.usage?.(order) ?? ownUsage(order));
}

/** What a turn has put off to its end is done when this resolves: nothing of two turns goes out together. */
async function wholeTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}
