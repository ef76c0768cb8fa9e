import type { Session, User } from '@parley/contract';

import { createParleyClient, type ParleyClient, type SessionOptions } from '../client.ts';
import type { Credentials } from '../core/session-access.ts';
import type { WebSocketConstructor } from '../core/socket-wire.ts';
import type { TestCall } from './faults.ts';
import { Network } from './network.ts';
import { callsOf, type PersonCalls } from './person-calls.ts';
import { seedConversation, type SeedConversation, type SeededConversation } from './seed.ts';
import { WorldFaults, type TestFaults } from './test-faults.ts';
import { World, type Person } from './world.ts';

/** Someone who has an account from the beginning. Their id is their name. */
export interface TestUser<Name extends string = string> {
  name: Name;
  displayName?: string | undefined;
  /** Address of a picture. */
  avatar?: string | undefined;
}

export interface TestServerOptions<Name extends string = string> {
  users: readonly (Name | TestUser<Name>)[];
  /** The server's clock, in milliseconds since 1970; default `Date.now`. See also {@link TestServer.time}. */
  now?: (() => number) | undefined;
}

/** What a client of a test may be given. */
export type TestClientOptions = Omit<SessionOptions, 'url' | 'WebSocket' | 'fetch'>;

/** The way to the server for a client that is made by hand, for example tRPC's own. */
export interface TestNetwork {
  readonly url: string;
  readonly WebSocket: WebSocketConstructor;
  readonly fetch: (url: string, init?: RequestInit) => Promise<Response>;
}

/** What `using` needs, where the `lib` of whoever compiles knows of it. */
type Usable = SymbolConstructor extends { readonly dispose: infer Key extends symbol }
  ? { readonly [_ in Key]: () => void }
  : object;

/** A Parley server in memory: the contract of the real one, and no network. */
export interface TestServer<Name extends string = string> extends Usable {
  /** A real client, signed in as a person; without a name nobody is. It closes with the server. */
  client(name?: Name, options?: TestClientOptions): ParleyClient;
  /** What another person does: every procedure as a plain function, which no fault concerns. */
  as(name: Name): PersonCalls;
  /** A conversation that is there already. */
  conversation(conversation: SeedConversation<Name>): SeededConversation;
  user(name: Name): User;
  /** What a person signs in with. */
  credentials(name: Name): Credentials;
  /** A new session of a person. */
  session(name: Name): Session;
  network(name?: Name): TestNetwork;
  /** A person is online, as with a device elsewhere. Returns what ends that, after 5 seconds more. */
  connect(name: Name): () => void;
  readonly faults: TestFaults<Name>;
  readonly time: {
    now(): Date;
    /** Moves the server's clock ahead, and does what falls due: offers and tokens expire, typing ends, people go offline. */
    advance(ms: number): void;
  };
  /** The calls that clients have made, in order; those that are repeated after a lost connection again. */
  readonly calls: readonly TestCall[];
  close(): Promise<void>;
}

const URL = 'http://parley.test';
const PASSWORD = 'parley-test';

/**
 * Starts a Parley server in memory, for the tests of an application: clients are real, and end in it. Works wherever the
 * client does, without Node.js too.
 *
 * @example
 * using server = createTestServer({ users: ['ana', 'ben'] });
 * const { id } = server.conversation({ participants: ['ana', 'ben'], messages: 20 });
 * const ana = server.client('ana');
 * const page = await ana.trpc.messages.list.query({ conversationId: id });
 * await server.as('ben').messages.send({ conversationId: id, content: 'Hello' });
 */
export function createTestServer<const Name extends string>({
  users,
  now = Date.now,
}: TestServerOptions<Name>): TestServer<Name> {
  const world = new World(now);
  const people = new Map<string, Person>();
  for (const user of users) {
    const { name, ...shown } = typeof user === 'string' ? { name: user } : user;
    const account = { ...shown, username: name, email: emailOf(name), password: PASSWORD };
    people.set(name, world.auth.add(account, name));
  }
  const faults = new WorldFaults(world.faults);
  const calls: TestCall[] = [];
  const clients = new Set<ParleyClient>();

  const personOf = (name: string): Person => {
    const person = people.get(name);
    if (person === undefined) throw new Error(`${name} is not among the users of this server`);
    return person;
  };
  const open = (name: string | undefined, hurry: () => void): TestNetwork => {
    const network = new Network(world, (call) => calls.push(call));
    faults.add({ name, network, hurry });
    return { url: URL, WebSocket: network.WebSocket, fetch: network.fetch };
  };
  const close = async () => {
    await Promise.all([...clients].map((client) => client.close()));
    world[Symbol.dispose]();
  };

  return {
    client(name, options) {
      const session = name === undefined ? null : world.auth.signIn(personOf(name));
      const network = open(name, () => client.connection.retry());
      const client = createParleyClient({ session, outboxStore: null, ...options, ...network });
      clients.add(client);
      return client;
    },
    as: (name) => callsOf(world, personOf(name)),
    conversation: ({ participants, ...seed }) =>
      seedConversation(world, participants.map(personOf), { ...seed, personOf }),
    user: (name) => personOf(name).user,
    credentials: (name) => ({ email: emailOf(name), password: personOf(name).password }),
    session: (name) => world.auth.signIn(personOf(name)),
    network: (name) => open(name, () => undefined),
    connect(name) {
      const { id } = personOf(name);
      world.roster.connected(id);
      return () => world.roster.disconnected(id);
    },
    faults,
    time: { now: () => world.now(), advance: (ms) => world.clock.advance(ms) },
    calls,
    close,
    [Symbol.dispose]: () => void close(),
  };
}

const emailOf = (name: string): string => `${name}@parley.test`;
