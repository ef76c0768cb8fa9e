import { decodeEvent, encodeEvent, type AnyEvent, type EventText } from '../core/event.ts';

/** What a frame says, or an event that was told here: parsed, or encoded, only when somebody needs it so. */
export class LiveEvent {
  readonly type: string;
  #event: AnyEvent | undefined;
  #text: EventText | undefined;

  private constructor(type: string, event: AnyEvent | undefined, text: EventText | undefined) {
    this.type = type;
    this.#event = event;
    this.#text = text;
  }

  static fromFrame(frame: EventText & { type: string }): LiveEvent {
    return new LiveEvent(frame.type, undefined, frame);
  }

  static of(event: AnyEvent): LiveEvent {
    return new LiveEvent(event.type, event, undefined);
  }

  get event(): AnyEvent {
    this.#event ??= decodeEvent<AnyEvent>(this.text);
    return this.#event;
  }

  get text(): EventText {
    this.#text ??= encodeEvent(this.event);
    return this.#text;
  }
}
