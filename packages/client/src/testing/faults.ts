/** What goes wrong, when a test asks for it. */
import type { ConversationEvent, ErrorReason, Id, InboxEvent, Offer } from '@parley/contract';

import type { Inputs } from '../inference.ts';
import type { Person } from './world.ts';

/** The path of a procedure: `messages.send`. */
export type ProcedurePath = {
  [Domain in keyof Inputs & string]: `${Domain}.${keyof Inputs[Domain] & string}`;
}[keyof Inputs & string];

/** A call of a client. */
export interface TestCall {
  readonly path: ProcedurePath;
  readonly input: unknown;
  /** Who calls; null where nobody has signed in. */
  readonly userId: Id | null;
}

/** A durable event on its way to a client. */
export type TestEvent = (ConversationEvent | InboxEvent) & {
  /** Whom it is for. */
  readonly to: Id;
};

export type CallMatch = ProcedurePath | ((call: TestCall) => boolean);
export type EventMatch = TestEvent['type'] | ((event: TestEvent) => boolean);

export interface Times {
  /** How often it happens; default once. `Infinity`: until it is taken back. */
  times?: number | undefined;
}

export interface RefuseOptions extends Times {
  /** With `rate_limited`: when to try again, in milliseconds. */
  retryAfterMs?: number | undefined;
  /** With `offer_not_open` and the like: the offer as it is. */
  offer?: Offer | undefined;
}

interface Planned<Matched> {
  readonly matches: (one: Matched) => boolean;
  left: number;
}

interface Refused extends Planned<TestCall> {
  readonly reason: ErrorReason;
  readonly options: RefuseOptions;
}

/** The faults that are planned. How a network fails is the network's own. */
export class Faults {
  readonly #refusals: Refused[] = [];
  readonly #answers: Planned<TestCall>[] = [];
  readonly #events: Planned<TestEvent>[] = [];

  refuse(match: CallMatch, reason: ErrorReason, options: RefuseOptions = {}): () => void {
    return plan(this.#refusals, { matches: callMatcher(match), left: options.times ?? 1, reason, options });
  }

  dropAnswers(match: CallMatch, { times = 1 }: Times): () => void {
    return plan(this.#answers, { matches: callMatcher(match), left: times });
  }

  dropEvents(match: EventMatch, { times = 1 }: Times): () => void {
    const matches = typeof match === 'function' ? match : ({ type }: TestEvent) => type === match;
    return plan(this.#events, { matches, left: times });
  }

  clear(): void {
    this.#refusals.length = 0;
    this.#answers.length = 0;
    this.#events.length = 0;
  }

  /** What a call is refused for, if it is. */
  refusalOf(call: TestCall): Pick<Refused, 'reason' | 'options'> | undefined {
    return take(this.#refusals, call);
  }

  losesAnswer(call: TestCall): boolean {
    return take(this.#answers, call) !== undefined;
  }

  /** Calls that go over no network lose nothing. */
  losesEvent({
    to,
    owner,
    ...event
  }: { to: Person; owner: object | undefined } & (ConversationEvent | InboxEvent)): boolean {
    return owner !== undefined && take(this.#events, { ...event, to: to.id }) !== undefined;
  }
}

function callMatcher(match: CallMatch): (call: TestCall) => boolean {
  return typeof match === 'function' ? match : ({ path }) => path === match;
}

function plan<One extends Planned<never>>(plans: One[], one: One): () => void {
  plans.push(one);
  return () => {
    one.left = 0;
  };
}

/** The oldest plan that this is one of the times of. */
function take<Matched, One extends Planned<Matched>>(plans: One[], matched: Matched): One | undefined {
  const found = plans.find(({ left, matches }) => left > 0 && matches(matched));
  if (found === undefined) return undefined;
  found.left -= 1;
  if (found.left === 0) plans.splice(plans.indexOf(found), 1);
  return found;
}
