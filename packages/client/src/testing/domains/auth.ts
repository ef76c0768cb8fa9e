import type { Done, Id, Renewal, Session, User } from '@parley/contract';
import type { Login, Logout, Refresh, Register, Renew } from '@parley/contract/schemas';
import { Refusal, usernameKey } from '@parley/server/rules';
import type { output } from 'zod';

import type { Connection } from '../connection.ts';
import { Topic } from '../topic.ts';
import type { Person, World } from '../world.ts';

/** How long tokens live: milliseconds, by the server's clock. */
const ACCESS_MS = 15 * 60_000;
const REFRESH_MS = 30 * 86_400_000;

/** Whom a token names, and until when. */
export interface Identity {
  readonly person: Person;
  readonly expiresAt: number;
}

interface RefreshToken {
  readonly userId: Id;
  readonly family: Id;
  readonly expiresAt: number;
  state: 'good' | 'spent' | 'revoked';
}

export interface Account {
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly displayName?: string | undefined;
  readonly avatar?: string | undefined;
}

export class Auth {
  /** Those that count as a presence of somebody. */
  readonly connections = new Set<Connection>();
  readonly #world: World;
  readonly #access = new Map<string, Identity>();
  readonly #refresh = new Map<string, RefreshToken>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Makes an account. Refuses with `email_taken` and `username_taken`. */
  add({ username, email, password, displayName, avatar }: Account, id = this.#world.newId('user')): Person {
    const { people } = this.#world;
    const all = [...people.values()];
    if (all.some(({ user }) => user.email === email)) throw new Refusal('email_taken');
    if (all.some(({ user }) => usernameKey(user.username) === usernameKey(username)))
      throw new Refusal('username_taken');
    const user: User = {
      id,
      username,
      avatar: avatar ?? null,
      displayName: displayName ?? null,
      email,
      createdAt: this.#world.now(),
    };
    const person: Person = { id, user, password, lastSeenAt: null, inbox: new Topic() };
    people.set(id, person);
    return person;
  }

  /** A session of a family of its own. */
  signIn(person: Person, family = this.#world.newId('family')): Session {
    const now = this.#world.clock.now();
    const accessToken = this.#world.newId('access');
    const refreshToken = this.#world.newId('refresh');
    this.#access.set(accessToken, { person, expiresAt: now + ACCESS_MS });
    const expiresAt = now + REFRESH_MS;
    this.#refresh.set(refreshToken, { userId: person.id, family, expiresAt, state: 'good' });
    return {
      user: person.user,
      accessToken,
      accessTokenExpiresAt: new Date(now + ACCESS_MS),
      refreshToken,
    };
  }

  /** Refuses with `token_invalid` and `token_expired`. */
  verify(accessToken: string): Identity {
    const identity = this.#access.get(accessToken);
    if (identity === undefined) throw new Refusal('token_invalid');
    if (identity.expiresAt <= this.#world.clock.now()) throw new Refusal('token_expired');
    return identity;
  }

  register(input: output<typeof Register>): Session {
    return this.signIn(this.add(input));
  }

  login({ email, password }: output<typeof Login>): Session {
    const person = [...this.#world.people.values()].find(({ user }) => user.email === email);
    if (person === undefined || person.password !== password) throw new Refusal('invalid_credentials');
    return this.signIn(person);
  }

  /** A token is spent by its first use; a second use ends the family. */
  refresh({ refreshToken }: output<typeof Refresh>): Session {
    const token = this.#refresh.get(refreshToken);
    const person = token && this.#world.people.get(token.userId);
    if (token === undefined || person === undefined || token.expiresAt <= this.#world.clock.now())
      throw new Refusal('refresh_token_invalid');
    if (token.state === 'spent') {
      this.#revoke(({ family }) => family === token.family);
      throw new Refusal('refresh_token_reused');
    }
    if (token.state === 'revoked') throw new Refusal('refresh_token_invalid');
    token.state = 'spent';
    return this.signIn(person, token.family);
  }

  logout(caller: Person, { refreshToken }: output<typeof Logout>): Done {
    const token = this.#refresh.get(refreshToken);
    if (token?.userId === caller.id) this.#revoke(({ family }) => family === token.family);
    return { success: true };
  }

  /** No token of before is good any more, and every connection that came with one ends. */
  logoutEverywhere({ id }: Person): Done {
    for (const [token, { person }] of this.#access) if (person.id === id) this.#access.delete(token);
    this.#revoke(({ userId }) => userId === id);
    for (const connection of this.connections)
      if (connection.authentication().person?.id === id) connection.end('token_invalid');
    return { success: true };
  }

  renew(connection: Connection, { accessToken }: output<typeof Renew>): Renewal {
    return { expiresAt: connection.renew(accessToken) };
  }

  #revoke(which: (token: RefreshToken) => boolean): void {
    for (const token of this.#refresh.values()) {
      if (token.state === 'good' && which(token)) token.state = 'revoked';
    }
  }
}
