import { setMaxListeners } from 'node:events';

import { excluding, including, NONE, type Few } from './few.ts';

interface Ending {
  /** Must not throw. */
  end(cause: Error | undefined): void;
}

/** What ends together, once: as an abort signal tells its listeners, for a fraction of what one holds. */
export class Endings {
  #waiting: Few<Ending> = NONE;
  #isOver = false;
  #cause: Error | undefined;
  #controller: AbortController | undefined;

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The same as a signal, which is made for whoever asks for it. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController();
      // Each subscription may listen; the cap on subscriptions bounds them.
      setMaxListeners(0, controller.signal);
      this.add({ end: (cause) => controller.abort(cause) });
      this.#controller = controller;
    }
    return this.#controller.signal;
  }

  /** Ends at once what comes too late. */
  add(ending: Ending): void {
    if (this.#isOver) ending.end(this.#cause);
    else this.#waiting = including(this.#waiting, ending);
  }

  delete(ending: Ending): void {
    this.#waiting = excluding(this.#waiting, ending);
  }

  /** Without a cause where the peer has gone, and there is nobody to tell one. */
  end(cause?: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cause = cause;
    const waiting = this.#waiting;
    this.#waiting = NONE;
    for (const ending of waiting) ending.end(cause);
  }
}
