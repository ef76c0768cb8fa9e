/** The connections of this node by person: sockets and event streams that came with a good token. */
import type { Caller } from '../core/caller.ts';
import type { Connection, ConnectionWatcher } from '../core/connection.ts';
import { excluding, has, including, NONE, sizeOf, type Few } from '../core/few.ts';

interface Options {
  /** Connections of one person; see the edge's limits. */
  perUser: number;
  watcher?: ConnectionWatcher | undefined;
}

export class Connections {
  readonly #options: Options;
  readonly #people = new Map<string, Few<Connection>>();
  #streamsEnd: Error | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Takes a connection in until disposed; undefined when its person has too many. */
  add(caller: Caller, connection: Connection): Disposable | undefined {
    const known = this.#people.get(caller.id) ?? NONE;
    if (sizeOf(known) >= this.#options.perUser) return undefined;
    this.#people.set(caller.id, including(known, connection));
    this.#options.watcher?.connected(caller, connection);
    if (this.#streamsEnd !== undefined && connection.transport === 'http') connection.end(this.#streamsEnd);
    return new Place(this, caller, connection);
  }

  remove(caller: Caller, connection: Connection): void {
    const known = this.#people.get(caller.id) ?? NONE;
    if (!has(known, connection)) return;
    const left = excluding(known, connection);
    if (sizeOf(left) === 0) this.#people.delete(caller.id);
    else this.#people.set(caller.id, left);
    this.#options.watcher?.disconnected(caller, connection);
  }

  /** Who is connected here, and the oldest generation of sessions that they came with. */
  people(): { userId: string; generation: number }[] {
    return [...this.#people].map(([userId, known]) => ({
      userId,
      generation: Math.min(...[...known].map(({ generation }) => generation)),
    }));
  }

  has(userId: string): boolean {
    return this.#people.has(userId);
  }

  /** Ends every event stream with the refusal, each when `soon` calls; those that are yet to come at once. */
  endStreams(refusal: Error, soon: (end: () => void) => void): void {
    this.#streamsEnd = refusal;
    for (const stream of this.#streams()) soon(() => stream.end(refusal));
  }

  /** Ends the event streams that there are with the refusal. */
  cutStreams(refusal: Error): void {
    for (const stream of this.#streams()) stream.end(refusal);
  }

  /** Ends the connections of a person with the refusal: all of them, or those of sessions of before a generation. */
  end(userId: string, refusal: Error, before = Infinity): void {
    for (const connection of this.#people.get(userId) ?? [])
      if (connection.generation < before) connection.end(refusal);
  }

  #streams(): Connection[] {
    return [...this.#people.values()].flatMap((known) =>
      [...known].filter(({ transport }) => transport === 'http'),
    );
  }
}

/** Among its person's connections. */
class Place implements Disposable {
  readonly #connections: Connections;
  readonly #caller: Caller;
  readonly #connection: Connection;

  constructor(connections: Connections, caller: Caller, connection: Connection) {
    this.#connections = connections;
    this.#caller = caller;
    this.#connection = connection;
  }

  [Symbol.dispose](): void {
    this.#connections.remove(this.#caller, this.#connection);
  }
}
