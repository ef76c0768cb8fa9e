/** One direction of a connection: what is sent arrives in order, later where the network is slow. */
export class Lane {
  #tail: Promise<void> = Promise.resolve();

  /** Calls `arrive` in a later turn, `ms` from now and after everything that was sent before. */
  send(ms: number, arrive: () => void): void {
    const at = Date.now() + ms;
    this.#tail = this.#tail.then(async () => {
      const left = ms === 0 ? 0 : at - Date.now();
      if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
      arrive();
    });
  }
}
