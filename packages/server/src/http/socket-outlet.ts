/**
 * Where one socket's replies and subscriptions are written past `ws`, straight to the stream beneath. What is written in
 * one go goes out at once, when {@link TurnWrites} says so or before anything that `ws` is to send after it; and nothing
 * does once a closing frame may have been sent. With a thousand of them this is the work that counts: a frame costs a
 * socket one field until then.
 */
import type { Duplex } from 'node:stream';

import type { WebSocket } from 'ws';

import type { Outlet } from '../core/connection.ts';
import type { Chain, TurnWrites } from './turn-writes.ts';
import { TextFrame } from './wire-frame.ts';

/** More than this is not held back. */
export const HELD_BYTES = 65_536;

/** Whose it is. */
interface Holder {
  readonly socket: WebSocket;
  readonly wire: Duplex;
  /** Whether the peer is to be waited for; asked only after {@link SocketOutlet.suspect}, or when the stream was full. */
  readonly isBusy: boolean;
  /** Not everything was taken at once. */
  full(): void;
}

export class SocketOutlet implements Outlet {
  #held: Chain | undefined;
  #isSuspect = false;
  readonly #writes: TurnWrites;
  readonly #socket: WebSocket;
  readonly #wire: Duplex;
  readonly #holder: Holder;

  constructor(holder: Holder, writes: TurnWrites) {
    this.#writes = writes;
    this.#socket = holder.socket;
    this.#wire = holder.wire;
    this.#holder = holder;
  }

  frame(text: string, length?: number): TextFrame {
    return new TextFrame(text, length);
  }

  write(frame: TextFrame): boolean {
    if (this.#isSuspect && this.#waits()) return false;
    this.send(frame);
    return true;
  }

  /** The same whether the peer is to be waited for or not. */
  send(frame: TextFrame): void {
    const held = (this.#held ?? this.#writes.begin(this)).and(frame);
    this.#held = held;
    if (held.bytes > HELD_BYTES) this.flush();
  }

  /** From here on the peer may have to be waited for. */
  suspect(): void {
    this.flush();
    this.#isSuspect = true;
  }

  /** Writes what is held back. */
  flush(): void {
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    if (this.#socket.readyState !== this.#socket.OPEN || this.#wire.write(held.join())) return;
    this.#isSuspect = true;
    this.#holder.full();
  }

  #waits(): boolean {
    if (this.#holder.isBusy) return true;
    this.#isSuspect = this.#wire.writableNeedDrain;
    return false;
  }
}
