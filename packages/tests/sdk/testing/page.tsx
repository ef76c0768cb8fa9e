// What a component of one person shows, and how often it was rendered.
import type { ParleyClient } from '@parley/client';
import { ParleyProvider } from '@parley/client/react';
import { render, renderHook } from '@testing-library/react';
import { Component, StrictMode, type ReactNode } from 'react';
import { WebSocket } from 'ws';

interface ShownOptions {
  strict?: boolean;
}

function around(client: ParleyClient, { strict = false }: ShownOptions) {
  return ({ children }: { children: ReactNode }) => {
    const page = <ParleyProvider client={client}>{children}</ParleyProvider>;
    return strict ? <StrictMode>{page}</StrictMode> : page;
  };
}

export function shown<Result>(client: ParleyClient, hook: () => Result, options: ShownOptions = {}) {
  let renders = 0;
  const { result, rerender, unmount } = renderHook(
    () => {
      renders += 1;
      return hook();
    },
    { wrapper: around(client, options) },
  );
  return { now: () => result.current, renders: () => renders, rerender, unmount };
}

export function page(client: ParleyClient, content: ReactNode, options: ShownOptions = {}) {
  const { container, unmount } = render(content, { wrapper: around(client, options) });
  return { text: () => container.textContent, unmount };
}

interface Call {
  method?: string;
  params?: { path: string };
}

/** A WebSocket class that counts what a client subscribes to. */
export function countingSockets() {
  const subscriptions: string[] = [];
  class Counting extends WebSocket {
    override send(frame: string): void {
      // A ping is no call.
      const calls = /^[[{]/.test(frame) ? ([JSON.parse(frame)].flat() as Call[]) : [];
      for (const { method, params } of calls) if (method === 'subscription') subscriptions.push(params!.path);
      super.send(frame);
    }
  }
  return { subscriptions, WebSocket: Counting };
}

/** Shows what a component below it threw. */
export class Boundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };
  static readonly getDerivedStateFromError = (error: Error) => ({ error });
  override render(): ReactNode {
    const { error } = this.state;
    return error === null ? this.props.children : `boundary: ${error.message}`;
  }
}
