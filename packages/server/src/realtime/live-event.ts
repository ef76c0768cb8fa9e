import { decodeEvent, encodeEvent, type AnyEvent } from '../core/event.ts';

/** What a frame says, or an event that was told here: parsed, or encoded, only when somebody needs it so. */
export class LiveEvent {
  readonly type: string;
  #event: AnyEvent | undefined;
  #body: string | undefined;

  private constructor({ type, event, body }: { type: string; event?: AnyEvent | undefined; body?: string }) {
    this.type = type;
    this.#event = event;
    this.#body = body;
  }

  static fromFrame({ type, event, body }: { type: string; event?: AnyEvent | undefined; body: string }) {
    return new LiveEvent({ type, event, body });
  }

  static of(event: AnyEvent): LiveEvent {
    return new LiveEvent({ type: event.type, event });
  }

  get event(): AnyEvent {
    this.#event ??= decodeEvent<AnyEvent>(this.body);
    return this.#event;
  }

  /** As superjson text. */
  get body(): string {
    this.#body ??= encodeEvent(this.event);
    return this.#body;
  }
}
