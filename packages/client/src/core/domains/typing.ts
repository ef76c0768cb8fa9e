/** One's own typing sign: told at the first keystroke, again before the server lets it expire, and ended after a pause. */

/** A sign that goes on is told again after this time; the server drops one that it has not heard of for 6 s. */
const REPEAT_MS = 3_000;
/** Whoever writes nothing for so long has stopped. */
const PAUSE_MS = 4_000;

export class TypingSign {
  readonly #tell: (isTyping: boolean) => void;
  #toldAt: number | null = null;
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: (isTyping: boolean) => void) {
    this.#tell = tell;
  }

  set(isTyping: boolean): void {
    clearTimeout(this.#pause);
    const now = Date.now();
    if (isTyping) {
      this.#pause = setTimeout(() => this.set(false), PAUSE_MS);
      if (this.#toldAt !== null && now - this.#toldAt < REPEAT_MS) return;
    } else if (this.#toldAt === null) return;
    this.#toldAt = isTyping ? now : null;
    this.#tell(isTyping);
  }
}
