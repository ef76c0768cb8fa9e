/**
 * Who serves our paths on a server that is a host's. The host's own listeners stay where they are, each behind one that
 * keeps what is ours from it: many answer what they do not know with an error, as the sockets of `ws` do on a path of
 * their own. So the host may still take one off, as it does where it closes such sockets.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:net';
import type { Duplex } from 'node:stream';

import { StartupError } from '../core/startup-error.ts';
import { answerWithoutUpgrade, asksForSocket, type DecidesOnUpgrades } from './declined-upgrades.ts';
import { isOurs } from './paths.ts';
import { isForSockets, refuseUpgrade } from './sockets.ts';

export interface Guest {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, wire: Duplex, head: Buffer): void;
}

type Listener = (...args: unknown[]) => void;

/** A listener that stands for another one: `off` finds it by that, as it does with those of `once`. */
interface StandIn extends Listener {
  listener: Listener;
}

const IS_OURS = {
  request: ({ url }: IncomingMessage) => isOurs(url ?? ''),
  upgrade: (asked: IncomingMessage) => (asksForSocket(asked) ? isForSockets(asked) : isOurs(asked.url ?? '')),
};
type HostEvent = keyof typeof IS_OURS;
const EVENTS: readonly HostEvent[] = ['request', 'upgrade'];

/** Guests of one server. */
const GUESTS = 16;

const byServer = new WeakMap<Server, Guests>();

/**
 * Has a guest serve our paths, in the place of those that came before it, until what is returned is called. A host without
 * a listener leaves everything to it.
 *
 * @throws StartupError where there are too many
 */
export function serveInside(server: Server, guest: Guest): () => void {
  let guests = byServer.get(server);
  if (guests === undefined) byServer.set(server, (guests = new Guests(server)));
  return guests.enter(guest);
}

class Guests {
  readonly #server: Server & DecidesOnUpgrades;
  readonly #upgrades: DecidesOnUpgrades['shouldUpgradeCallback'];
  /** The last one serves. */
  readonly #list: Guest[] = [];
  /** What the host has, by what stands for it. */
  readonly #theirs = new WeakMap<Listener, Listener>();
  readonly #own: Record<HostEvent, Listener>;

  constructor(server: Server & DecidesOnUpgrades) {
    this.#server = server;
    const upgrades = server.shouldUpgradeCallback;
    this.#upgrades = upgrades;
    const isAlone = (event: HostEvent) => server.listenerCount(event) === 1;
    const request: Guest['request'] = (asked, response) => {
      if (IS_OURS.request(asked) || isAlone('request')) this.#list.at(-1)?.request(asked, response);
    };
    const isDeclined = (asked: IncomingMessage) =>
      !asksForSocket(asked) && (IS_OURS.upgrade(asked) || isAlone('upgrade'));
    if (upgrades !== undefined)
      server.shouldUpgradeCallback = (asked) => !isDeclined(asked) && upgrades.call(server, asked);
    const upgrade: Guest['upgrade'] = (asked, wire, head) => {
      if (isDeclined(asked)) answerWithoutUpgrade(server, asked, { wire, head });
      else if (IS_OURS.upgrade(asked)) this.#list.at(-1)?.upgrade(asked, wire, head);
      else if (isAlone('upgrade')) refuseUpgrade(wire, 404, 'not_found');
    };
    this.#own = { request: request as Listener, upgrade: upgrade as Listener };
  }

  enter(guest: Guest): () => void {
    if (this.#list.length >= GUESTS)
      throw new StartupError(`one server serves ${GUESTS} of these at most; close another one first`);
    this.#list.push(guest);
    for (const event of EVENTS) {
      const own = this.#own[event];
      const theirs = this.#server.rawListeners(event).filter((one) => one !== own) as Listener[];
      this.#replace(event, [...theirs.map((one) => this.#standIn(event, one)), own]);
    }
    return () => this.#leave(guest);
  }

  #leave(guest: Guest): void {
    const index = this.#list.indexOf(guest);
    if (index === -1) return;
    this.#list.splice(index, 1);
    if (this.#list.length > 0) return;
    byServer.delete(this.#server);
    if (this.#upgrades !== undefined) this.#server.shouldUpgradeCallback = this.#upgrades;
    for (const event of EVENTS) {
      const present = this.#server.rawListeners(event) as Listener[];
      const theirs = present.filter((one) => one !== this.#own[event]);
      this.#replace(
        event,
        theirs.map((one) => this.#theirs.get(one) ?? one),
      );
    }
  }

  #replace(event: HostEvent, listeners: readonly Listener[]): void {
    this.#server.removeAllListeners(event);
    for (const one of listeners) this.#server.on(event, one);
  }

  #standIn(event: HostEvent, theirs: Listener): Listener {
    if (this.#theirs.has(theirs)) return theirs;
    const { listener = theirs } = theirs as Partial<StandIn> & Listener;
    const standIn: StandIn = Object.assign(
      function (this: Server, ...args: unknown[]) {
        if (IS_OURS[event](args[0] as IncomingMessage)) return;
        // One of `once` takes itself off before it calls what was given, and finds what stands for it.
        standIn.listener = theirs;
        try {
          Reflect.apply(theirs, this, args);
        } finally {
          standIn.listener = listener;
        }
      },
      { listener },
    );
    this.#theirs.set(standIn, theirs);
    return standIn;
  }
}
