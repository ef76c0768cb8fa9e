// The processes of the delivery rows: one of each subject and one generator, started when they are first needed.
import type { Contestant } from '../frame/trial.ts';
import { versionOf } from '../machine.ts';
import { startServant, type Servant } from '../servant.ts';
import type { ParleyPlaces } from '../subjects.ts';
import type { GeneratorApi } from './generator.ts';
import type { Hall } from './hall.ts';
import type { ProtocolName } from './protocols.ts';
import type { DeliveryApi } from './subject.ts';

export interface SubjectKind extends Pick<Contestant, 'name' | 'title'> {
  entry: string;
  protocol: ProtocolName;
  /** Of a load: those that take many times as long as the others deliver less of it. */
  share?: number;
}

const trpc = `tRPC ${versionOf('@trpc/server')}`;

export const PARLEY_KIND: SubjectKind = {
  name: 'parley',
  title: `Parley ${versionOf('../server')}`,
  entry: 'parley',
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
  trpcWs: { name: 'trpc-ws', title: `stock ${trpc}, ws`, entry: 'trpc-ws', protocol: 'trpc-ws', share: 0.4 },
  trpcSse: {
    name: 'trpc-sse',
    title: `stock ${trpc}, SSE`,
    entry: 'trpc-sse',
    protocol: 'trpc-sse',
    share: 0.1,
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
    const known = this.#shared.get(kind.entry);
    if (known !== undefined) return known;
    const starting = this.start(kind).then((subject) => {
      this.#started.push(subject.servant);
      return subject;
    });
    this.#shared.set(kind.entry, starting);
    return starting;
  }

  /** One of one's own, to be disposed of; `more` are options of the subject's. */
  async start({ entry }: SubjectKind, more: object = {}): Promise<RunningSubject> {
    const servant = startServant<DeliveryApi>(new URL(`subjects/${entry}.ts`, import.meta.url), 'subject');
    try {
      const place = entry === 'parley' ? await this.#places.next() : {};
      const { url } = await servant.ask('start', { ...place, ...more });
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
