// A WebSocket whose frames a test sees, and may lose or double.
import { WebSocket } from 'ws';

interface Frame {
  id?: number;
  method?: string;
  params?: { path?: string; input?: { json?: Record<string, unknown> } };
  result?: { id?: string; data?: { json?: { data?: { type?: string } } } };
}

export class Tap {
  /** Subscriptions that were asked for: their paths, in order. */
  readonly subscriptions: string[] = [];
  /** Calls that were made. */
  readonly calls: string[] = [];
  /** How often a frame is passed on; once where it says nothing. */
  passes: (frame: Frame) => number = () => 1;

  readonly WebSocket: typeof WebSocket;

  constructor() {
    const sent = (text: string) => this.#sent(text);
    const passes = (text: string) => this.#passes(text);
    this.WebSocket = class extends WebSocket {
      override send(text: unknown) {
        if (typeof text === 'string') sent(text);
        super.send(text as string);
      }

      override emit(type: string, ...args: unknown[]): boolean {
        let left = type === 'message' ? passes(String(args[0])) : 1;
        for (; left > 1; left -= 1) super.emit(type, ...args);
        return left === 1 && super.emit(type, ...args);
      }
    };
  }

  of(path: string): number {
    return [...this.subscriptions, ...this.calls].filter((one) => one === path).length;
  }

  #sent(text: string): void {
    if (!text.startsWith('{') && !text.startsWith('[')) return;
    const frames = [JSON.parse(text) as Frame | Frame[]].flat();
    for (const { method, params } of frames) {
      if (method === 'subscription') this.subscriptions.push(params?.path ?? '');
      if (method === 'query' || method === 'mutation') this.calls.push(params?.path ?? '');
    }
  }

  #passes(text: string): number {
    if (!text.startsWith('{')) return 1;
    return this.passes(JSON.parse(text) as Frame);
  }
}
