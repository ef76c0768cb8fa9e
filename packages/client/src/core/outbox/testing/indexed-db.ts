import * as database from 'fake-indexeddb';

/** Gives this process the `indexedDB` of a browser, and the classes that go with it. */
export function installIndexedDb(): void {
  Object.assign(globalThis, database);
}
