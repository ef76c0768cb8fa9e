import { vi } from 'vitest';

/** What a browser's page says of itself, where there is no browser; the real ones are in `packages/tests`. */
export class Page implements Disposable {
  readonly #window = new EventTarget();
  readonly #document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  readonly #navigator = { onLine: true };

  constructor() {
    vi.stubGlobal('document', this.#document);
    vi.stubGlobal('navigator', this.#navigator);
    vi.stubGlobal('addEventListener', this.#window.addEventListener.bind(this.#window));
    vi.stubGlobal('removeEventListener', this.#window.removeEventListener.bind(this.#window));
  }

  set isHidden(hidden: boolean) {
    this.#document.visibilityState = hidden ? 'hidden' : 'visible';
    this.#document.dispatchEvent(new Event('visibilitychange'));
  }

  set isOffline(offline: boolean) {
    this.#navigator.onLine = !offline;
    this.#window.dispatchEvent(new Event(offline ? 'offline' : 'online'));
  }

  /** As one that comes back from the bfcache. */
  show(): void {
    this.#window.dispatchEvent(new Event('pageshow'));
  }

  [Symbol.dispose](): void {
    vi.unstubAllGlobals();
  }
}
