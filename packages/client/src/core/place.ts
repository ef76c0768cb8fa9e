/** They tell where a subscription begins; each begins anew with one. */
const GREETINGS: readonly unknown[] = ['joined', 'connected', 'reset'];

/**
 * Where a subscription is. A line may bring again what it has brought: a socket that is slow to open, while the one
 * before it goes on. Without a catalogue of the events these rules tell what is new:
 * 1. What has a lower id than the last value is old.
 * 2. Only a durable event raises the id, and a type is either durable or not. So what has the id of the last value and
 *    the type of the one that raised it to that, is that one again.
 * 3. A greeting is always new. It has the id that was asked for; only `reset` may take the place back, where the server
 *    has less than was seen.
 */
export class Place {
  #last: string | undefined;
  #raisedBy: unknown = null;

  /** Where to go on. It never goes back, but for `reset`. */
  get lastEventId(): string | undefined {
    return this.#last;
  }

  /** Whether a value is new; then the place is after it. */
  takes(id: string, value: unknown): boolean {
    const type = (value as { data?: { type?: unknown } }).data?.type;
    const isGreeting = GREETINGS.includes(type);
    const ahead = this.#last === undefined ? 1 : Number(id) - Number(this.#last);
    if (!isGreeting && (ahead < 0 || (ahead === 0 && type === this.#raisedBy))) return false;
    if (ahead > 0 || type === 'reset') {
      this.#last = id;
      this.#raisedBy = isGreeting ? null : type;
    }
    return true;
  }
}
