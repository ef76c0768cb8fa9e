/** Plays a behaviour against one side, and writes down everything that was told. */
import type { ConversationEvent, InboxEvent, Session } from '@parley/contract';

import { PASSWORD, type Client } from '../../harness/people.ts';
import { watchInbox, watchRoom, type Watch } from '../../harness/watch.ts';
import { Normal } from './normal.ts';
import { deviceOf, overHttp, type Device, type Side } from './side.ts';

export interface Actor {
  readonly id: string;
  readonly username: string;
  readonly session: Session;
  readonly client: Client;
}

export type Play = (stage: Stage) => Promise<void>;

/** Told when it happens to be: behaviours of their own look at them. */
const BY_THE_WAY: ReadonlySet<string> = new Set(['presence', 'user-joined', 'user-left']);

let made = 0;

export class Stage {
  readonly side: Side;
  readonly #notes: [what: string, value: unknown][] = [];
  readonly #names = new Map<string, string>();
  readonly #devices: Device[] = [];
  readonly #watches: Watch<never>[] = [];

  constructor(side: Side) {
    this.side = side;
  }

  /** Plays, and returns what was told, made comparable. */
  static async trace(side: Side, play: Play): Promise<unknown[]> {
    const stage = new Stage(side);
    try {
      await play(stage);
    } catch (cause) {
      throw new Error(`with ${side.name}`, { cause });
    } finally {
      for (const watch of stage.#watches) watch.unsubscribe();
      for (const device of stage.#devices) await device[Symbol.asyncDispose]();
    }
    const normal = new Normal(stage.#names);
    return stage.#notes.map((note) => normal.of(note));
  }

  /** A name that nobody else has. */
  nameFor(name: string): string {
    made += 1;
    const username = `${name}-${made}-${process.pid}`;
    this.#names.set(username, name);
    return username;
  }

  /** A new account, and a client of it. */
  async person(name: string): Promise<Actor> {
    return this.device(await this.account(name));
  }

  /** A new account, of someone who is not there yet. */
  account(name: string): Promise<Session> {
    const username = this.nameFor(name);
    const account = { email: `${username}@parley.test`, username, password: PASSWORD };
    return overHttp(this.side.way()).auth.register.mutate(account);
  }

  /** One more device of someone. */
  device(session: Session): Actor {
    const device = deviceOf(this.side, session);
    this.#devices.push(device);
    return { id: session.user.id, username: session.user.username, session, client: device.client };
  }

  note(what: string, value: unknown): void {
    this.#notes.push([what, value]);
  }

  /** Notes the answer. */
  async told<Answer>(what: string, call: Promise<Answer>): Promise<Answer> {
    const answer = await call;
    this.note(what, answer);
    return answer;
  }

  /** Notes what a call is refused with. */
  async refused(what: string, call: Promise<unknown>): Promise<void> {
    const error = await call.then(
      () => undefined,
      (cause: Error & { data?: unknown }) => cause,
    );
    if (error?.data === undefined) throw new Error(`${what} was not refused`, { cause: error });
    this.note(what, { name: error.name, message: error.message, data: error.data });
  }

  /** Follows a room, from its first value on. */
  async room(
    { client }: Actor,
    conversationId: string,
    lastEventId?: string,
  ): Promise<Watch<ConversationEvent>> {
    const watch = watchRoom(client, conversationId, lastEventId);
    this.#watches.push(watch as Watch<never>);
    await watch.next('joined');
    return watch;
  }

  async inbox({ client }: Actor, lastEventId?: string): Promise<Watch<InboxEvent>> {
    const watch = watchInbox(client, lastEventId);
    this.#watches.push(watch as Watch<never>);
    await watch.next('connected');
    return watch;
  }

  /** Notes what a feed has brought, and what ended it. */
  tell(what: string, { delivered, errors }: Watch<ConversationEvent> | Watch<InboxEvent>): void {
    const told = delivered.filter(({ data }) => !BY_THE_WAY.has(data.type));
    this.note(what, { told, errors });
  }
}
