import type { Frame } from '../bus/frame.ts';
import { encodeEvent } from './event.ts';
import type { Committed } from './publish.ts';

/** The frame of a durable event; encoded when somebody hears it, which for most inboxes nobody does. */
export class EventFrame implements Frame {
  readonly seq: number;
  readonly type: string;
  readonly #event: Committed['event'];
  #body: string | undefined;

  constructor(seq: number, event: Committed['event']) {
    this.seq = seq;
    this.type = event.type;
    this.#event = event;
  }

  get body(): string {
    this.#body ??= encodeEvent(this.#event);
    return this.#body;
  }
}
