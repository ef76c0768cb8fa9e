/**
 * What one use of a hook gives: an object whose fields are computed when they are read. It is the same object until a
 * field changes that was read from it, so that a component renders again for what it shows and for nothing else.
 */
import type { Subscribable } from '../core/subscribable.ts';
import { everySecond, Moment } from './clock.ts';

/** How each field of a result is made; `before` is what it was, to be given again where nothing changed. */
export type Fields<Value, Result> = {
  readonly [Key in keyof Result]-?: (
    value: Value,
    moment: Moment,
    before: Result[Key] | undefined,
  ) => Result[Key];
};

export class Tracker<Value, Result extends object> {
  readonly #source: Subscribable<Value>;
  readonly #fields: Fields<Value, Result>;
  /** The newest of each field, from whichever result. */
  readonly #newest: Partial<Result> = {};
  /** The fields that were read from the present result, as they were. */
  #read = new Map<keyof Result, unknown>();
  #value: Value;
  #moment: Moment;
  readonly #elsewhere = new Moment(false, () => undefined);
  #hasTicked = false;
  #result: Result;
  #selection: { select: (result: Result) => unknown; from: Result; value: unknown } | undefined;
  #listener: (() => void) | undefined;
  #stopClock: (() => void) | undefined;

  constructor(source: Subscribable<Value>, fields: Fields<Value, Result>) {
    this.#source = source;
    this.#fields = fields;
    this.#value = source.getSnapshot();
    this.#moment = this.#momentNow();
    this.#result = this.#newResult();
  }

  readonly getSnapshot = (): Result => {
    const value = this.#source.getSnapshot();
    if (Object.is(value, this.#value) && !this.#hasTicked) return this.#result;
    if (this.#moment.wasAsked && this.#stopClock === undefined) this.#moment = this.#momentNow();
    this.#value = value;
    this.#hasTicked = false;
    for (const [key, before] of this.#read) {
      if (Object.is(this.#compute(key), before)) continue;
      this.#read = new Map();
      this.#result = this.#newResult();
      break;
    }
    return this.#result;
  };

  /** The same without the time, which the server and the browser do not have in common. */
  readonly getServerSnapshot = (): Result => {
    if (!this.#moment.wasAsked) this.#moment = this.#elsewhere;
    return this.getSnapshot();
  };

  /** What a selector gives; what it gave before where that is equal. */
  select(
    result: Result,
    select: (result: Result) => unknown,
    isEqual: (before: unknown, now: unknown) => boolean,
  ): unknown {
    const last = this.#selection;
    if (last?.from === result && last.select === select) return last.value;
    const value = select(result);
    const isSame = last !== undefined && isEqual(last.value, value);
    this.#selection = { select, from: result, value: isSame ? last.value : value };
    return this.#selection.value;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listener = listener;
    const leave = this.#source.subscribe(listener);
    if (this.#moment === this.#elsewhere) this.#tick();
    this.#keepTime();
    return () => {
      leave();
      this.#listener = undefined;
      this.#stopClock?.();
      this.#stopClock = undefined;
    };
  };

  #newResult(): Result {
    const read = this.#read;
    const result = {} as Result;
    for (const key of Object.keys(this.#fields) as (keyof Result)[]) {
      Object.defineProperty(result, key, {
        enumerable: true,
        get: () => {
          if (!read.has(key)) read.set(key, this.#compute(key));
          return read.get(key);
        },
      });
    }
    return result;
  }

  #compute<Key extends keyof Result>(key: Key): Result[Key] {
    const made = this.#fields[key](this.#value, this.#moment, this.#newest[key]);
    this.#newest[key] = made;
    return made;
  }

  #momentNow(): Moment {
    // Whoever asks is being rendered: the clock starts after that.
    return new Moment(true, () => queueMicrotask(this.#keepTime));
  }

  #tick(): void {
    this.#moment = this.#momentNow();
    this.#hasTicked = true;
  }

  readonly #keepTime = (): void => {
    if (this.#listener === undefined || !this.#moment.isCounting) return;
    this.#stopClock ??= everySecond(() => {
      if (this.#moment.isCounting) {
        this.#tick();
        this.#listener?.();
      } else {
        this.#stopClock?.();
        this.#stopClock = undefined;
      }
    });
  };
}
