import type { Id, Seq } from '@parley/contract';

import { mayPass } from './errors.ts';

interface Mark {
  wanted: Seq;
  /** The call before, which the next one waits for. */
  told: Promise<unknown>;
  next: Promise<void> | null;
  /** The last call has failed in a way that may pass. */
  isOwed: boolean;
}

interface WatermarksOptions {
  /** A conversation's first call waits so long, and the others are so far apart. */
  everyMs: number;
  tell: (mark: { conversationId: Id; upToSeq: Seq }) => Promise<unknown>;
}

/** Moves one's watermarks: what is wanted of one conversation in a row becomes one call. */
export class Watermarks {
  readonly #options: WatermarksOptions;
  /** Those that are on their way, and those that the server is owed. */
  readonly #marks = new Map<Id, Mark>();

  constructor(options: WatermarksOptions) {
    this.#options = options;
  }

  /** Resolves when the server knows. To ignore the promise is safe. */
  move(conversationId: Id, seq: Seq): Promise<void> {
    const mark = this.#marks.get(conversationId) ?? {
      wanted: 0,
      told: Promise.resolve(),
      next: null,
      isOwed: false,
    };
    this.#marks.set(conversationId, mark);
    mark.wanted = Math.max(mark.wanted, seq);
    if (mark.next === null) {
      mark.next = this.#tell(conversationId, mark);
      mark.next.catch(() => undefined);
    }
    return mark.next;
  }

  /** The connection is back: what the server was told in vain it is told again. */
  retry(): void {
    for (const [id, { wanted, isOwed }] of this.#marks) if (isOwed) void this.move(id, wanted);
  }

  /** What was wanted is told to nobody: it was another person's. */
  forget(): void {
    this.#marks.clear();
  }

  async #tell(conversationId: Id, mark: Mark): Promise<void> {
    await mark.told.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, this.#options.everyMs));
    if (this.#marks.get(conversationId) !== mark) return;
    mark.next = null;
    mark.isOwed = false;
    mark.told = this.#options.tell({ conversationId, upToSeq: mark.wanted });
    try {
      await mark.told;
    } catch (error) {
      mark.isOwed = mayPass(error);
      throw error;
    } finally {
      if (!mark.isOwed && mark.next === null && this.#marks.get(conversationId) === mark)
        this.#marks.delete(conversationId);
    }
  }
}
