/** Who is connected, over all nodes. Kept by the presence domain; asked by those below it. */
export interface PeopleOnline {
  /** Those of `userIds` that are online. */
  online(userIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Everyone that is online. */
  everyone(): Promise<string[]>;
}
