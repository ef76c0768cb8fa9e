import type { Server } from 'node:net';

/** The listeners that a server had for an event, while another is in their place. */
export interface TakenOver<Args extends unknown[]> {
  readonly any: boolean;
  call(...args: Args): void;
  /** Puts them back. Where somebody has since taken over as well, the other listener is still called, by them. */
  giveBack(): void;
}

/** Puts a listener in the place of those that a server has for an event: they hear what it calls them with. */
export function takeOver<Args extends unknown[]>(
  server: Server,
  event: 'request' | 'upgrade',
  listener: (...args: Args) => void,
): TakenOver<Args> {
  const theirs = server.listeners(event);
  server.removeAllListeners(event);
  server.on(event, listener as (...args: unknown[]) => void);
  return {
    any: theirs.length > 0,
    call(...args) {
      for (const one of theirs) Reflect.apply(one, server, args);
    },
    giveBack() {
      if (!server.listeners(event).includes(listener)) return;
      server.off(event, listener as (...args: unknown[]) => void);
      for (const one of theirs) server.on(event, one as (...args: unknown[]) => void);
    },
  };
}
