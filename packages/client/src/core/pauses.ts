/** Waits that can be cut short together. */
export class Pauses {
  readonly #ends = new Set<() => void>();

  /** Resolves after so many milliseconds, or when it is cut short; `Infinity` is only cut short. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#ends.delete(end);
        resolve();
      };
      const timer = ms === Infinity ? undefined : setTimeout(end, ms);
      this.#ends.add(end);
    });
  }

  cutShort(): void {
    for (const end of [...this.#ends]) end();
  }
}
