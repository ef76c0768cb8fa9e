import type { ResetReason } from '@parley/contract';

import type { AnyEvent } from '../core/event.ts';
import type { Topic } from '../core/topics.ts';

export interface Reset {
  reason: ResetReason;
  headSeq: number;
}

/** What a feed follows, and for whom. */
export interface Follower<Event extends AnyEvent> {
  readonly topic: Topic;
  readonly userId: string;
  /** The types that {@link removes}, {@link show} or {@link hears} looks at: of others they need not be asked. */
  readonly looksAt: ReadonlySet<string>;
  /** Asked once attached, and again after the head was read anew: refuses, or gives the seq up to which this person may see nothing. */
  admit(): Promise<number>;
  /** Whether a durable event takes this person out: the reader ends instead of telling them. */
  removes(event: Event): boolean;
  /** What this person may see of a durable event. */
  show(event: Event): Event;
  /** Whether this person may be told an ephemeral event, asked right before; without it they may be told all. */
  hears?(event: Event): Promise<boolean>;
  /** The first value. */
  greet(place: { headSeq: number; resumed: boolean }): Event;
  reset(reset: Reset): Event;
  /** Called once, when a feed that was greeted has ended. */
  left?(): void;
}
