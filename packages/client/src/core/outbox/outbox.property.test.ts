import type { Message } from '@parley/contract';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { tooMany, unreachable } from '../errors.ts';
import { Failure } from '../failure.ts';
import type { OutboxEntry } from './entry.ts';
import { IndexedStore } from './indexed-store.ts';
import { Outbox } from './outbox.ts';
import { joinTabs } from './tabs.ts';
import { FakeBrowser } from './testing/fake-browser.ts';
import { messageOf } from './testing/fake-post.ts';
import { installIndexedDb } from './testing/indexed-db.ts';

installIndexedDb();

const TABS = 2;
const CONVERSATIONS = 3;
const RUNS = Number(process.env['PARLEY_OUTBOX_RUNS'] ?? 150);

/** What may happen to a message on its way. */
const fate = fc.constantFrom('posted', 'posted', 'posted', 'lost', 'answer lost', 'limited', 'slow');
type Fate = 'posted' | 'lost' | 'answer lost' | 'limited' | 'slow';

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('write' as const), tab: tabNumber(), to: talk() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('reload' as const), tab: tabNumber() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('show' as const), tab: tabNumber() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('cut' as const), tab: tabNumber() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('reconnect' as const), tab: tabNumber() }) },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 3_000 }) }),
  },
  { weight: 2, arbitrary: fc.constant({ type: 'turn' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'restart' as const }) },
);

function tabNumber() {
  return fc.integer({ min: 0, max: TABS - 1 });
}
function talk() {
  return fc.integer({ min: 0, max: CONVERSATIONS - 1 });
}

/** Posts a clientId once, and keeps in which order it did. */
class Server {
  readonly posted = new Map<string, Message>();
  readonly log: OutboxEntry[] = [];

  post(entry: OutboxEntry): Message {
    const before = this.posted.get(entry.clientId);
    if (before !== undefined) return before;
    const message = messageOf(entry);
    this.posted.set(entry.clientId, message);
    this.log.push(entry);
    return message;
  }
}

class Tab {
  readonly outbox: Outbox;
  readonly #window;
  readonly #store: IndexedStore;
  isConnected = true;
  #isAlive = true;
  readonly #calls = new Set<(error: Error) => void>();

  constructor(world: World) {
    this.#window = world.browser.tab(false);
    this.#store = new IndexedStore(world.name);
    this.outbox = new Outbox({
      send: (entry) => this.#send(world, entry),
      store: this.#store,
      isAway: () => !this.isConnected,
      posted: () => undefined,
      join: async (userId, desk) => joinTabs(userId, desk, { Failure, platform: this.#window }),
    });
    this.outbox.as('ana');
  }

  show(isVisible: boolean): void {
    this.#window.show(isVisible);
  }

  cut(): void {
    this.isConnected = false;
    for (const fail of this.#calls) fail(unreachable(null));
    this.#calls.clear();
  }

  reconnect(): void {
    this.isConnected = true;
    this.outbox.hurry();
  }

  /** No answer reaches it any more. */
  die(): void {
    this.#isAlive = false;
    this.outbox.close();
    void this.#store.close();
  }

  #send(world: World, entry: OutboxEntry): Promise<Message> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        this.#calls.delete(fail);
        if (this.#isAlive) act();
      };
      const fail = (error: Error) => settle(() => reject(error));
      this.#calls.add(fail);
      const fate = world.fate();
      if (fate === 'lost') return setImmediate(() => fail(unreachable(null)));
      if (fate === 'limited') return setImmediate(() => fail(limited()));
      const arrive = () => {
        const message = world.server.post(entry);
        setImmediate(() =>
          fate === 'answer lost' ? fail(unreachable(null)) : settle(() => resolve(message)),
        );
      };
      // It arrives even where the tab that sent it is gone.
      return fate === 'slow' ? setTimeout(arrive, 1_500) : setImmediate(arrive);
    });
  }
}

interface World {
  name: string;
  browser: FakeBrowser;
  server: Server;
  fate: () => Fate;
}

function limited() {
  const error = tooMany();
  Object.assign(error.data ?? {}, { retryAfterMs: 2_000 });
  return error;
}

/** Long enough for the database and the notes among tabs, which do not use the clock that is held. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('Outbox, whatever happens', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it(
    'posts every message once, each tab’s in order, through lost calls, lost connections, reloads and two tabs',
    { timeout: 120_000 },
    async () => {
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 5, maxLength: 40 }),
          fc.infiniteStream(fate),
          async (steps, fates) => {
            runs += 1;
            let isCalm = false;
            const world: World = {
              name: `outbox-${runs}`,
              browser: new FakeBrowser(),
              server: new Server(),
              fate: () => {
                const next = fates.next();
                return isCalm || next.done === true ? 'posted' : next.value;
              },
            };
            const tabs = Array.from({ length: TABS }, () => new Tab(world));
            const written: { clientId: string; tab: number; to: number }[] = [];
            await settle();

            for (const it of steps) {
              // Two people do not write in the same millisecond, and one does not reload that fast.
              await vi.advanceTimersByTimeAsync(1);
              const tab = 'tab' in it ? tabs[it.tab] : undefined;
              if (it.type === 'pass') await vi.advanceTimersByTimeAsync(it.ms);
              if (it.type === 'turn') await settle();
              if (it.type === 'write') {
                const clientId = `m${written.length}`;
                written.push({ clientId, tab: it.tab, to: it.to });
                void tab?.outbox.add(`talk-${it.to}`, { content: clientId, clientId });
              }
              if (it.type === 'cut') tab?.cut();
              if (it.type === 'reconnect') tab?.reconnect();
              if (it.type === 'show') for (const [at, one] of tabs.entries()) one.show(at === it.tab);
              if (it.type === 'reload') {
                // What was put just before reaches the database.
                await settle();
                tab?.die();
                tabs[it.tab] = new Tab(world);
              }
              if (it.type === 'restart') {
                await settle();
                for (const one of tabs) one.die();
                for (const at of tabs.keys()) tabs[at] = new Tab(world);
              }
            }

            isCalm = true;
            for (const tab of tabs) tab.reconnect();
            const isDone = () =>
              world.server.log.length >= written.length &&
              tabs.every((tab) => tab.outbox.getSnapshot().length === 0);
            for (let turn = 0; turn < 40 && !isDone(); turn += 1) {
              await settle();
              await vi.advanceTimersByTimeAsync(2_000);
            }
            await settle();

            const { log } = world.server;
            expect(log.map((it) => it.clientId).toSorted()).toEqual(
              written.map((it) => it.clientId).toSorted(),
            );
            expect(tabs.map((tab) => tab.outbox.getSnapshot())).toEqual(tabs.map(() => []));
            for (let tab = 0; tab < TABS; tab += 1) {
              for (let to = 0; to < CONVERSATIONS; to += 1) {
                const mine = written.filter((it) => it.tab === tab && it.to === to).map((it) => it.clientId);
                const theirs = log.map((it) => it.clientId).filter((clientId) => mine.includes(clientId));
                expect(theirs).toEqual(mine);
              }
            }
            for (const tab of tabs) tab.die();
            const left = new IndexedStore(world.name);
            expect(await left.load('ana')).toEqual([]);
            await left.close();
          },
        ),
        { numRuns: RUNS },
      );
      expect(runs).toBeGreaterThanOrEqual(RUNS);
    },
  );
});
