import type { ErrorReason } from '@parley/contract';

import type { CallMatch, EventMatch, Faults, RefuseOptions, Times } from './faults.ts';
import type { Network } from './network.ts';

/** What is lost on its way. */
export interface DropOptions extends Times {
  /** The call takes effect, and the connection is lost before its answer comes. */
  answers?: CallMatch | undefined;
  /** The event does not come, and a hole is left in the seq of what follows; a client goes back for it. */
  events?: EventMatch | undefined;
}

/** Faults on demand: of everyone's network, or of one person's clients, those made later included. */
export interface TestFaults<Name extends string = string> {
  /** Connections are lost, and none can be made. */
  offline(name?: Name): void;
  /** Connections can be made again, and clients that wait try at once, as when a browser comes back online. */
  online(name?: Name): void;
  /** Connections are lost, and can be made again at once. */
  cut(name?: Name): void;
  /** Everything takes `ms` longer in each direction; 0 ends that. */
  slow(ms: number, name?: Name): void;
  /** No WebSocket can be opened, as behind some proxies: what is left is HTTP. False ends that. */
  blockSockets(blocks?: boolean, name?: Name): void;
  /**
   * Calls are refused, by default the next one. Returns what takes that back.
   *
   * @example
   * server.faults.refuse('messages.send', 'rate_limited', { retryAfterMs: 100 });
   */
  refuse(match: CallMatch, reason: ErrorReason, options?: RefuseOptions): () => void;
  /**
   * Loses an answer or a durable event, by default the next one. Returns what takes that back.
   *
   * @example
   * server.faults.drop({ answers: 'messages.send' });
   * server.faults.drop({ events: 'message', times: 2 });
   */
  drop(options: DropOptions): () => void;
  /** Takes back all of them. */
  clear(): void;
}

/** The way of one person's clients, or of one that nobody has signed in with. */
export interface Way {
  readonly name: string | undefined;
  readonly network: Network;
  /** Tries at once where it waits. */
  hurry(): void;
}

type Condition = (way: Way) => void;

export class WorldFaults implements TestFaults {
  readonly #planned: Faults;
  readonly #ways = new Set<Way>();
  /** What ways made later are like, by kind and person. */
  readonly #conditions = new Map<string, { name: string | undefined; apply: Condition }>();

  constructor(planned: Faults) {
    this.#planned = planned;
  }

  add(way: Way): void {
    this.#ways.add(way);
    for (const { name, apply } of this.#conditions.values()) {
      if (name === undefined || name === way.name) apply(way);
    }
  }

  offline(name?: string): void {
    this.#set('offline', name, ({ network }) => network.offline());
  }

  online(name?: string): void {
    this.#set('offline', name, (way) => {
      way.network.online();
      way.hurry();
    });
  }

  cut(name?: string): void {
    for (const { network } of this.#of(name)) network.cut();
  }

  slow(ms: number, name?: string): void {
    this.#set('slow', name, ({ network }) => (network.delayMs = ms));
  }

  blockSockets(blocks = true, name?: string): void {
    this.#set('sockets', name, ({ network }) => network.blockSockets(blocks));
  }

  refuse(match: CallMatch, reason: ErrorReason, options?: RefuseOptions): () => void {
    return this.#planned.refuse(match, reason, options);
  }

  drop({ answers, events, ...times }: DropOptions): () => void {
    const undo = [
      ...(answers === undefined ? [] : [this.#planned.dropAnswers(answers, times)]),
      ...(events === undefined ? [] : [this.#planned.dropEvents(events, times)]),
    ];
    return () => {
      for (const one of undo) one();
    };
  }

  clear(): void {
    this.#planned.clear();
    this.#conditions.clear();
    for (const way of this.#ways) {
      way.network.delayMs = 0;
      way.network.blockSockets(false);
      way.network.online();
      way.hurry();
    }
  }

  #set(kind: string, name: string | undefined, apply: Condition): void {
    // What is said of everyone goes for those too of whom something else was said.
    if (name === undefined) {
      for (const key of this.#conditions.keys()) if (key.startsWith(`${kind} `)) this.#conditions.delete(key);
    }
    this.#conditions.delete(`${kind} ${name ?? ''}`);
    this.#conditions.set(`${kind} ${name ?? ''}`, { name, apply });
    for (const way of this.#of(name)) apply(way);
  }

  #of(name: string | undefined): Way[] {
    return [...this.#ways].filter((way) => name === undefined || way.name === name);
  }
}
