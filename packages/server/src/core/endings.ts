interface Ending {
  /** Must not throw. */
  end(cause: Error): void;
}

/** What ends together, once: as an abort signal tells its listeners, for a fraction of what one holds. */
export class Endings {
  readonly #waiting = new Set<Ending>();
  #cause: Error | undefined;

  get isOver(): boolean {
    return this.#cause !== undefined;
  }

  /** Ends at once what comes too late. */
  add(ending: Ending): void {
    if (this.#cause === undefined) this.#waiting.add(ending);
    else ending.end(this.#cause);
  }

  delete(ending: Ending): void {
    this.#waiting.delete(ending);
  }

  end(cause: Error): void {
    if (this.#cause !== undefined) return;
    this.#cause = cause;
    for (const ending of this.#waiting) ending.end(cause);
    this.#waiting.clear();
  }
}
