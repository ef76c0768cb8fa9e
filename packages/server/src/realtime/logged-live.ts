import type { AnyEvent } from '../core/event.ts';
import type { LoggedEvent } from '../core/log.ts';
import { LiveEvent } from './live-event.ts';

/** An event with its place, parsed or encoded only for whoever looks. */
export class LoggedLive implements LoggedEvent {
  readonly seq: number;
  readonly live: LiveEvent;

  constructor(seq: number, live: LiveEvent) {
    this.seq = seq;
    this.live = live;
  }

  static of({ seq, event }: LoggedEvent): LoggedLive {
    return new LoggedLive(seq, LiveEvent.of(event));
  }

  get event(): AnyEvent {
    return this.live.event;
  }
}
