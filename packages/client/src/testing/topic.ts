/**
 * A room's or an inbox's log and who reads it. Every durable event has exactly one seq, with no holes; a reader gets
 * each once, in order, and ephemeral ones in between with the seq of the durable one before them.
 */
import type { ConversationEvent, InboxEvent, Seq } from '@parley/contract';

/** An event of the log. */
export interface Entry<Event extends ConversationEvent | InboxEvent> {
  readonly seq: Seq;
  /** As it was told. */
  readonly event: Event;
  /** As it is told to who was away: with the text as it is now. */
  readonly replay: () => Event;
  /** Of an inbox's: where in its conversation. */
  readonly roomSeq: Seq | undefined;
}

export interface TopicReader<Event> {
  readonly userId: string;
  readonly durable: (seq: Seq, event: Event) => void;
  readonly ephemeral: (event: Event) => void;
}

export class Topic<Event extends ConversationEvent | InboxEvent> {
  readonly #entries: Entry<Event>[] = [];
  readonly #readers = new Set<TopicReader<Event>>();

  /** The seq of the newest entry. */
  get head(): Seq {
    return this.#entries.length;
  }

  get isRead(): boolean {
    return this.#readers.size > 0;
  }

  append(
    event: Event,
    { replay = () => event, roomSeq }: { replay?: () => Event; roomSeq?: Seq | undefined } = {},
  ): Seq {
    const seq = this.head + 1;
    this.#entries.push({ seq, event, replay, roomSeq });
    for (const reader of [...this.#readers]) reader.durable(seq, event);
    return seq;
  }

  /** Tells whoever is there, but for one person; nothing remembers it. */
  tell(event: Event, except?: string): void {
    for (const reader of [...this.#readers]) if (reader.userId !== except) reader.ephemeral(event);
  }

  after(seq: Seq): readonly Entry<Event>[] {
    return this.#entries.slice(seq);
  }

  attach(reader: TopicReader<Event>): Disposable {
    this.#readers.add(reader);
    return { [Symbol.dispose]: () => this.#readers.delete(reader) };
  }
}
