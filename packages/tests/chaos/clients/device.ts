/** What every kind of client does for the run: calls, and subscriptions that go on where they were. */
import type { ConversationEvent, ErrorReason, InboxEvent } from '@parley/contract';

import type { Client } from '../../harness/people.ts';
import type { History, Source } from '../history.ts';
import type { Identity } from './identity.ts';

export type AnyEvent = ConversationEvent | InboxEvent;

export interface Sink {
  value(id: string, event: AnyEvent): void;
  /** The server has ended it. */
  error(reason: ErrorReason | undefined): void;
}

/** A way to reach the server. */
export interface Transport {
  readonly client: Client;
  /** Once; it may end with an error, after which the reader subscribes anew. */
  subscribe(source: Source, lastEventId: string, sink: Sink): { unsubscribe(): void };
  close(): Promise<void>;
}

export interface TransportOptions {
  url: string;
  identity: Identity;
  /** What it knows of its own connection. */
  onConnection: (up: boolean) => void;
}

/** After these a subscription is not asked for again. */
const FINAL: ReadonlySet<ErrorReason> = new Set(['not_a_participant', 'user_disabled']);
const RESUBSCRIBE_MS = 200;

export class Reader {
  readonly name: string;
  readonly source: Source;
  /** Each value, after it was recorded. */
  readonly listeners: ((id: number, event: AnyEvent) => void)[] = [];
  /** The id of the last value. */
  place: number;
  isOver = false;
  readonly #device: Device;
  #subscription: { unsubscribe(): void } | undefined;
  #again: NodeJS.Timeout | undefined;

  constructor(device: Device, { name, source, from }: { name: string; source: Source; from: number }) {
    this.#device = device;
    this.name = name;
    this.source = source;
    this.place = from;
    this.#subscribe();
  }

  /** Leaves for good. */
  leave(): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.#again);
    this.#subscription?.unsubscribe();
    this.#device.history.add({ kind: 'left', reader: this.name });
  }

  #subscribe(): void {
    const { history, transport } = this.#device;
    let isMine = true;
    this.#subscription = transport.subscribe(this.source, String(this.place), {
      value: (id, event) => {
        if (!isMine || this.isOver) return;
        history.add({ kind: 'value', reader: this.name, id, event });
        this.place = Number(id);
        for (const listener of this.listeners) listener(this.place, event);
      },
      error: (reason) => {
        if (!isMine || this.isOver) return;
        isMine = false;
        if (reason !== undefined && FINAL.has(reason)) {
          this.isOver = true;
          history.add({ kind: 'ended', reader: this.name, reason });
          return;
        }
        history.add({ kind: 'interrupted', reader: this.name, reason: reason ?? null });
        if (reason === 'token_expired' || reason === 'token_invalid' || reason === 'unauthenticated')
          this.#device.identity.distrust();
        this.#again = setTimeout(() => this.#subscribe(), RESUBSCRIBE_MS);
      },
    });
  }
}

export class Device {
  readonly name: string;
  readonly identity: Identity;
  readonly history: History;
  readonly transport: Transport;
  readonly readers: Reader[] = [];

  constructor(options: {
    name: string;
    identity: Identity;
    history: History;
    url: string;
    connect: (options: TransportOptions) => Transport;
  }) {
    const { name, identity, history, url } = options;
    this.name = `${identity.name}/${name}`;
    this.identity = identity;
    this.history = history;
    const onConnection = (up: boolean) => history.add({ kind: 'connection', device: this.name, up });
    this.transport = options.connect({ url, identity, onConnection });
  }

  get client(): Client {
    return this.transport.client;
  }

  /** Follows a room or the inbox from a place on. */
  read(source: Source, from: number): Reader {
    const topic = source === 'inbox' ? 'inbox' : source.room.slice(-6);
    const name = `${this.name}/${topic}${from === 0 ? '' : `+${from}`}/${this.readers.length}`;
    const { id: userId } = this.identity;
    this.history.add({ kind: 'reader', reader: name, userId, device: this.name, source, from });
    const reader = new Reader(this, { name, source, from });
    this.readers.push(reader);
    return reader;
  }

  async close(): Promise<void> {
    for (const reader of this.readers) reader.leave();
    await this.transport.close();
  }
}
