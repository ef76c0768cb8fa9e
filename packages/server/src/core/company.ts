// Who has turns at the database together, as turns.ts gives them and group.ts takes them.

/** Work of one kind, which may be done for several keys at once. */
export interface Company {
  /** Turns that it may have at the same time. */
  readonly atOnce: number;
  /** Keys that are worth a turn: what waits is shared among no more turns than have so many. */
  readonly fewestKeys: number;
  open(): Party;
}

/** Those of a company that have a turn together. */
export interface Party {
  /** Whether there is room for it; there is for the first one. Those of a key come in their order. */
  add(joint: Joint): boolean;
  /**
   * Works for all that were added. Never rejects.
   *
   * @param alone whether this is a turn of one key, whose work has been given back before
   * @returns those whose key was in use elsewhere: each key has a turn alone, with them at its head
   */
  work(alone: boolean): Promise<readonly Joint[]>;
}

/** What is to be done in company. */
export interface Joint {
  readonly key: string;
  readonly refuse: (error: unknown) => void;
}
