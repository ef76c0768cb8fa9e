import type { Frame } from '../bus/frame.ts';
import { encodeEvent, type EventText } from './event.ts';
import type { Committed } from './publish.ts';

/** The frame of a durable event; encoded when somebody hears it, which for most inboxes nobody does. */
export class EventFrame implements Frame {
  readonly seq: number;
  readonly type: string;
  /** Until it is text. */
  #event: Committed['event'] | undefined;
  #text: EventText | undefined;

  constructor(seq: number, event: Committed['event']) {
    this.seq = seq;
    this.type = event.type;
    this.#event = event;
  }

  get body(): string {
    return this.#encoded.body;
  }

  get meta(): string | undefined {
    return this.#encoded.meta;
  }

  get #encoded(): EventText {
    if (this.#text === undefined) {
      this.#text = encodeEvent(this.#event as Committed['event']);
      this.#event = undefined;
    }
    return this.#text;
  }
}
