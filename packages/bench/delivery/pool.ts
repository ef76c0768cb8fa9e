// The processes of the delivery rows: one of each subject and one generator, started when they are first needed.
import type { Place } from '../cores.ts';
import type { Contestant } from '../frame/trial.ts';
import { versionOf } from '../machine.ts';
import { startServant, type Servant } from '../servant.ts';
import type { ParleyPlaces } from '../subjects.ts';
import type { ParleyOrder } from '../subjects/parley.ts';
import type { GeneratorApi } from './generator.ts';
import type { Hall } from './hall.ts';
import type { ProtocolName } from './protocols.ts';
import type { Seated, Seating, SeatOptions } from './seat.ts';
import type { DeliveryApi } from './subject.ts';

export interface SubjectKind extends Pick<Contestant, 'name' | 'title'> {
  entry: string;
  protocol: ProtocolName;
  /** Where its process runs, if that only drives what is measured. */
  place?: Place;
  /** Whether it has a database. */
  keeps?: boolean;
  /** Connections that are there besides, and told nothing. */
  idle?: Seating;
  /** Of a load: those that take many times as long as the others deliver less of it. */
  share?: number;
}

const trpc = `tRPC ${versionOf('@trpc/server')}`;

export const PARLEY_KIND: SubjectKind = {
  name: 'parley',
  title: `Parley ${versionOf('../server')}`,
  entry: 'parley',
  keeps: true,
  protocol: 'trpc-ws',
};
export const KINDS = {
  parley: PARLEY_KIND,
  ws: { name: 'ws', title: `bare ws ${versionOf('ws')}`, entry: 'ws', protocol: 'ws' },
  socketIo: {
    name: 'socket-io',
    title: `Socket.IO ${versionOf('socket.io')}`,
    entry: 'socket-io',
    protocol: 'socket-io',
  },
  socketIoAsking: {
    name: 'socket-io-asking',
    title: `Socket.IO ${versionOf('socket.io')}, asking a database`,
    entry: 'socket-io-asking',
    protocol: 'socket-io',
    keeps: true,
  },
  trpcWs: { name: 'trpc-ws', title: `stock ${trpc}, ws`, entry: 'trpc-ws', protocol: 'trpc-ws', share: 0.25 },
  trpcSse: {
    name: 'trpc-sse',
    title: `stock ${trpc}, SSE`,
    entry: 'trpc-sse',
    protocol: 'trpc-sse',
    share: 0.05,
  },
} satisfies Record<string, SubjectKind>;

export interface RunningSubject {
  servant: Servant<DeliveryApi>;
  url: string;
}

const GENERATOR = new URL('generator.ts', import.meta.url);

export class Pool implements AsyncDisposable {
  readonly #places: ParleyPlaces;
  readonly #shared = new Map<string, Promise<RunningSubject>>();
  readonly #started: AsyncDisposable[] = [];
  #generator: Servant<GeneratorApi> | undefined;
  #halls = 0;

  constructor(places: ParleyPlaces) {
    this.#places = places;
  }

  get generator(): Servant<GeneratorApi> {
    if (this.#generator === undefined) {
      this.#generator = startServant<GeneratorApi>(GENERATOR, 'generator');
      this.#started.push(this.#generator);
    }
    return this.#generator;
  }

  /** A hall that no other contestant has been in. */
  hall(size: Omit<Hall, 'number'>): Hall {
    this.#halls += 1;
    return { number: this.#halls, ...size };
  }

  /** The one that all trials share. */
  subject(kind: SubjectKind): Promise<RunningSubject> {
    const known = this.#shared.get(kind.name);
    if (known !== undefined) return known;
    const starting = this.#startShared(kind);
    this.#shared.set(kind.name, starting);
    return starting;
  }

  /** Where a subject keeps what it keeps: a new database. */
  place(): Promise<ParleyOrder> {
    return this.#places.next();
  }

  /** Lets a new hall in, and everybody sit down. */
  async seat({ kind: { protocol }, subject, seating, inbox = false }: SeatOptions): Promise<Seated> {
    const { devices, ...size } = seating;
    const hall = this.hall(size);
    await subject.servant.ask('admit', hall);
    const { url } = subject;
    const audience = await this.generator.ask('join', { url, protocol, hall, devices, inbox });
    return {
      subject,
      hall,
      audience,
      connections: seating.people * devices,
      [Symbol.asyncDispose]: () => this.generator.ask('leave', { audience }),
    };
  }

  async #startShared(kind: SubjectKind): Promise<RunningSubject> {
    const subject = await this.start(kind);
    this.#started.push(subject.servant);
    if (kind.idle !== undefined) await this.seat({ kind, subject, seating: kind.idle });
    return subject;
  }

  /** One of one's own, to be disposed of. */
  async start(
    { entry, place = 'subject', keeps = false }: SubjectKind,
    more?: object,
  ): Promise<RunningSubject> {
    const servant = startServant<DeliveryApi>(new URL(`subjects/${entry}.ts`, import.meta.url), place);
    try {
      const { url } = await servant.ask('start', more ?? (keeps ? await this.place() : {}));
      return { servant, url };
    } catch (error) {
      await servant[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#started.map((servant) => servant[Symbol.asyncDispose]()));
  }
}
