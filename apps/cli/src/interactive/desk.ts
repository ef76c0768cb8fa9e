/** What a person at the prompt has before them: their talks by number, the one that is open, and news of the others. */
import type { Conversation, ConversationSummary, InboxEvent } from '@parley/client';

import { BoundedMap } from '../bounded-map.ts';
import type { Connected } from '../connect.ts';
import { failureLine, failureOf, UsageError } from '../failure.ts';
import { noteConnection } from '../follow.ts';
import { excerpt } from '../plain.ts';
import type { Prompt } from '../prompt.ts';
import { findTalkByEnding, withPeople } from '../references.ts';
import { renderInboxEvent } from '../render-events.ts';
import { renderTalk, talkTitle } from '../render.ts';
import type { Style } from '../style.ts';
import { createView, type View } from '../view.ts';
import { Numbers } from './numbers.ts';
import { Room } from './room.ts';

export interface DeskOptions {
  connected: Connected;
  prompt: Prompt;
  style: Style;
}

const TITLE_LENGTH = 24;
const TALKS = 20;
/** Talks, and people, that go by their names. */
const REMEMBERED = 1_000;
/** A lease of typing lasts 6 s on the server; it is renewed in time while keys are pressed. */
const TYPING_EVERY_MS = 3_000;

export class Desk implements Disposable {
  readonly connected: Connected;
  readonly style: Style;
  /** Commands that were refused. */
  failures = 0;
  readonly #prompt: Prompt;
  readonly #numbers = new Numbers();
  readonly #titles = new BoundedMap<string, string>(REMEMBERED);
  readonly #names = new BoundedMap<string, string>(REMEMBERED);
  readonly #ends: (() => void)[] = [];
  /** Groups that are being left here, whose end is told here too. */
  readonly #leaving = new Set<string>();
  #room: Room | undefined;
  /** When the others were last told of a message being typed; undefined when that is over. */
  #typingSince: number | undefined;

  constructor({ connected, prompt, style }: DeskOptions) {
    this.connected = connected;
    this.style = style;
    this.#prompt = prompt;
    const { client, trpc } = connected;
    prompt.onTyping = (line) => this.#typing(line);
    this.#ends.push(
      noteConnection(client, (text) => this.print(style.dim(text))),
      client.connection.subscribe(() => {
        if (client.connection.state === 'unauthorised') prompt.close();
      }),
    );
    const subscription = trpc.inbox.events.subscribe(undefined, {
      onData: ({ data }) => this.#news(data),
      onError: (error) => this.fail(error),
    });
    this.#ends.push(() => subscription.unsubscribe());
    this.#label();
  }

  /** @throws UsageError when no talk is open */
  get room(): Room {
    if (this.#room === undefined) throw new UsageError('open a talk first: /talks, then /open N');
    return this.#room;
  }

  get hasRoom(): boolean {
    return this.#room !== undefined;
  }

  print(text: string): void {
    this.#prompt.print(text);
  }

  /** Tells of something that did not work. */
  fail(error: unknown): void {
    this.failures += 1;
    const text = error instanceof UsageError ? error.message : failureLine(failureOf(error));
    this.print(this.style.red(`! ${text}`));
  }

  async showTalks(): Promise<void> {
    const { items, nextCursor } = await this.connected.trpc.conversations.list.query({ limit: TALKS });
    if (items.length === 0) this.print('No talks yet. Find someone with /people NAME, and /open USERNAME.');
    for (const talk of items) this.#know(talk);
    for (const talk of items) this.print(renderTalk(this.#view(), talk, `[${this.#numbers.of(talk.id)}]`));
    if (nextCursor !== null) this.print(this.style.dim(`The newest ${TALKS} of them.`));
  }

  /** Opens a talk by its number. */
  async openNumber(number: string): Promise<void> {
    const { trpc } = this.connected;
    const conversationId = this.#numbers.idOf(number) ?? (await findTalkByEnding(trpc, number));
    if (conversationId === undefined) throw new UsageError(`there is no talk ${number}; /talks shows them`);
    await this.#open(await trpc.conversations.get.query({ conversationId }));
  }

  /** Opens the talk with these people, begun if there is none; or the one with an id that ends so. */
  async openWith(usernames: readonly string[], about: { title?: string; subject?: string }): Promise<void> {
    const { trpc } = this.connected;
    const [ref = ''] = usernames;
    const mayBeTalk = usernames.length === 1 && Object.keys(about).length === 0;
    const talk = await withPeople(trpc, usernames, async (participantIds) => {
      const isNobody = participantIds[0] === ref;
      const conversationId = mayBeTalk && isNobody ? await findTalkByEnding(trpc, ref) : undefined;
      if (conversationId !== undefined) return await trpc.conversations.get.query({ conversationId });
      return await trpc.conversations.create.mutate({ participantIds, ...about });
    });
    await this.#open(talk);
  }

  /** Leaves the group that is open. */
  async leaveGroup(): Promise<void> {
    const { id, title } = this.room;
    this.#leaving.add(id);
    try {
      await this.connected.trpc.conversations.leave.mutate({ conversationId: id });
    } catch (error) {
      this.#leaving.delete(id);
      throw error;
    }
    this.close();
    this.print(`You have left the group “${title}”`);
  }

  /** Closes the talk that is open. */
  close(): void {
    this.#room?.close();
    this.#room = undefined;
    this.#typingSince = undefined;
    this.#label();
  }

  /** Tells the others of the talk that is open. */
  async setTyping(isTyping: boolean): Promise<void> {
    this.#typingSince = isTyping ? Date.now() : undefined;
    await this.connected.trpc.typing.set.mutate({ conversationId: this.room.id, isTyping });
  }

  /** Sends a message, and waits until it is shown. */
  async send(content: string, replyToId?: string): Promise<void> {
    const { room } = this;
    const { message } = await this.connected.trpc.messages.send.mutate({
      conversationId: room.id,
      content,
      replyToId,
    });
    if (this.#typingSince !== undefined) await this.setTyping(false);
    await room.reach(message.seq);
  }

  [Symbol.dispose](): void {
    this.close();
    for (const end of this.#ends.splice(0)) end();
    this.#prompt.onTyping = () => undefined;
  }

  async #open(talk: Conversation): Promise<void> {
    this.close();
    this.#know(talk);
    const room = new Room(talk, {
      connected: this.connected,
      style: this.style,
      print: (text) => this.print(text),
      printsTyping: !this.#prompt.isTerminal,
      changed: () => this.#label(),
      ended: () => {
        if (this.#room === room) this.close();
      },
    });
    this.print(this.style.bold(`── [${this.#numbers.of(talk.id)}] ${room.title} ──`));
    this.#room = room;
    await room.open();
    this.#label();
  }

  #know(talk: Conversation | ConversationSummary): void {
    this.#numbers.of(talk.id);
    this.#titles.set(talk.id, talkTitle(talk, this.connected.me.id));
    for (const { user } of talk.participants) this.#names.set(user.id, user.username);
  }

  /** News of other talks; those of the open one are shown there. */
  #news(event: InboxEvent): void {
    switch (event.type) {
      case 'new-message':
      case 'new-offer':
      case 'offer-update':
      case 'conversation-added':
      case 'conversation-removed':
        break;
      default:
        return;
    }
    const { conversationId } = event.payload;
    const { me } = this.connected;
    // The open one ends without a word of its own.
    if (conversationId === this.#room?.id && event.type !== 'conversation-removed') return;
    if (event.type === 'conversation-removed' && event.payload.removedBy === me.id) {
      if (this.#leaving.delete(conversationId)) return;
    }
    if (event.type === 'conversation-added') {
      if (event.payload.addedBy === me.id) return;
      const title = event.payload.title ?? event.payload.subject;
      if (title !== null) this.#titles.set(conversationId, title);
    }
    this.print(renderInboxEvent(this.#view(), event));
  }

  #view(): View {
    return createView({
      me: this.connected.me.id,
      style: this.style,
      names: this.#names,
      offerLabel: () => '',
      talkName: (id) => {
        const title = this.#titles.get(id);
        const number = `[${this.#numbers.of(id)}]`;
        return this.style.bold(title === undefined ? number : `${number} ${excerpt(title, TITLE_LENGTH)}`);
      },
    });
  }

  /** Before the line being typed: who one is, or the talk that is open and who is typing there. */
  #label(): void {
    if (!this.#prompt.isTerminal) return;
    const { style } = this;
    const room = this.#room;
    if (room === undefined) {
      this.#prompt.label = `${style.green(excerpt(this.connected.me.username, TITLE_LENGTH))}> `;
      return;
    }
    const { writing } = room;
    const who =
      writing.length > 2
        ? 'several people'
        : writing.map((name) => excerpt(name, TITLE_LENGTH)).join(' and ');
    const note = who === '' ? '' : style.dim(` (${who} ${writing.length === 1 ? 'is' : 'are'} typing …)`);
    this.#prompt.label = `${style.bold(excerpt(room.title, TITLE_LENGTH))}${note}> `;
  }

  /** Tells the others of a message being typed: at times while it is, and once when it no longer is. */
  #typing(line: string): void {
    if (this.#room === undefined) return;
    const isTyping = line !== '' && !line.startsWith('/');
    const since = this.#typingSince;
    const isKnown = isTyping
      ? since !== undefined && Date.now() - since < TYPING_EVERY_MS
      : since === undefined;
    // It does not matter enough to tell of a failure.
    if (!isKnown) this.setTyping(isTyping).catch(() => undefined);
  }
}
