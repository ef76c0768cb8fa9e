import type { TabsPlatform } from '../tabs.ts';

type Granted = (lock: Lock | null) => Promise<unknown>;

interface Request {
  granted: Granted;
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** One browser's locks and channels, for tabs in one process. Like a browser's, they answer in a later turn. */
export class FakeBrowser {
  readonly #queues = new Map<string, Request[]>();
  readonly #holders = new Map<string, Request>();
  readonly #channels = new Map<string, Set<FakeChannel>>();

  /** A tab's. Those of a tab that is hidden neither steal the lock nor are told so. */
  tab(isVisible = true): FakeTab {
    return new FakeTab(this, isVisible);
  }

  readonly locks: TabsPlatform['locks'] = {
    request: async (name: string, options: LockOptions | Granted, callback?: Granted): Promise<never> => {
      if (typeof options === 'function' || callback === undefined) throw new TypeError('Options are needed');
      await Promise.resolve();
      return (await new Promise<unknown>((resolve, reject) => {
        const request: Request = { granted: callback, resolve, reject };
        const queue = this.#queue(name);
        options.signal?.addEventListener('abort', () => {
          if (queue.includes(request)) queue.splice(queue.indexOf(request), 1);
          if (this.#holders.get(name) !== request) reject(new DOMException('Aborted', 'AbortError'));
        });
        if (options.steal === true) {
          this.#holders.get(name)?.reject(new DOMException('Stolen', 'AbortError'));
          this.#holders.delete(name);
          queue.unshift(request);
        } else queue.push(request);
        this.#grant(name);
      })) as never;
    },
  };

  channel(name: string): FakeChannel {
    const all = this.#channels.get(name) ?? new Set();
    this.#channels.set(name, all);
    return new FakeChannel(all);
  }

  #queue(name: string): Request[] {
    const queue = this.#queues.get(name) ?? [];
    this.#queues.set(name, queue);
    return queue;
  }

  #grant(name: string): void {
    const next = this.#holders.has(name) ? undefined : this.#queue(name).shift();
    if (next === undefined) return;
    this.#holders.set(name, next);
    const free = () => {
      if (this.#holders.get(name) !== next) return;
      this.#holders.delete(name);
      this.#grant(name);
    };
    void Promise.resolve({ name, mode: 'exclusive' as const })
      .then(next.granted)
      .then(next.resolve, next.reject)
      .then(free);
  }
}

class FakeTab implements TabsPlatform {
  readonly locks: TabsPlatform['locks'];
  readonly channel: TabsPlatform['channel'];
  #isVisible: boolean;
  readonly #watchers = new Set<() => void>();

  constructor(browser: FakeBrowser, isVisible: boolean) {
    this.locks = browser.locks;
    this.channel = (name) => browser.channel(name);
    this.#isVisible = isVisible;
  }

  readonly isVisible = (): boolean => this.#isVisible;

  readonly watch = (changed: () => void): (() => void) => {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  };

  show(isVisible: boolean): void {
    this.#isVisible = isVisible;
    for (const changed of this.#watchers) changed();
  }
}

class FakeChannel extends EventTarget {
  readonly #all: Set<FakeChannel>;

  constructor(all: Set<FakeChannel>) {
    super();
    this.#all = all;
    all.add(this);
  }

  postMessage(value: unknown): void {
    if (!this.#all.has(this)) throw new DOMException('Closed', 'InvalidStateError');
    for (const other of this.#all) {
      if (other === this) continue;
      const data: unknown = structuredClone(value);
      setImmediate(() => {
        if (this.#all.has(other)) other.dispatchEvent(new MessageEvent('message', { data }));
      });
    }
  }

  close(): void {
    this.#all.delete(this);
  }
}
