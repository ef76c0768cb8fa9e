/** What can be done at the prompt besides sending a message. */
import type { OfferAction } from '@parley/client';

import { UsageError } from '../failure.ts';
import { withPeople } from '../references.ts';
import { renderPerson } from '../render.ts';
import { createView } from '../view.ts';
import type { Desk } from './desk.ts';
import { readCounter, readOffer } from './offer-words.ts';

interface SlashCommand {
  /** What follows the name. */
  args: string;
  help: string;
  run: (desk: Desk, rest: string) => Promise<void> | void;
}

const PEOPLE = 10;
const MESSAGES = 50;
const MAX_MESSAGES = 100;
const HELP_COLUMN = 44;

const answer = (status: Exclude<OfferAction, 'countered'>, help: string): SlashCommand => ({
  args: 'N',
  help,
  run: async (desk, rest) => {
    const { id: offerId, version, conversationId } = offerOf(desk, rest);
    const { trpc } = desk.connected;
    const { message } = await trpc.offers.update.mutate({
      conversationId,
      offerId,
      status,
      expectedVersion: version,
    });
    desk.print(desk.style.dim(message));
  },
});

export const SLASH_COMMANDS: Record<string, SlashCommand> = {
  talks: { args: '', help: 'your talks', run: (desk) => desk.showTalks() },
  open: {
    args: 'N | NAME … | title | subject',
    help: 'a talk by its number or the end of its id, or the one with these people; a title makes a group',
    run: async (desk, rest) => {
      if (/^\[?\d+\]?$/.test(rest)) return await desk.openNumber(rest.replaceAll(/[[\]]/g, ''));
      const [people = '', title, subject] = rest.split('|').map((part) => part.trim());
      const usernames = people.split(/[\s,]+/).filter((name) => name !== '');
      if (usernames.length === 0) throw new UsageError('/open N, or /open NAME');
      await desk.openWith(usernames, { ...(title && { title }), ...(subject && { subject }) });
    },
  },
  people: {
    args: 'NAME',
    help: 'find people',
    run: async (desk, query) => {
      if (query === '') throw new UsageError('/people NAME');
      const { items } = await desk.connected.trpc.users.search.query({ query, limit: PEOPLE });
      const view = createView({ me: desk.connected.me.id, style: desk.style });
      for (const person of items) desk.print(renderPerson(view, person));
      if (items.length === 0) desk.print('Nobody is called that.');
    },
  },
  history: {
    args: '[COUNT]',
    help: 'the newest messages once more',
    run: (desk, rest) => {
      const count = rest === '' ? MESSAGES : Number(rest);
      if (!Number.isInteger(count) || count < 1) throw new UsageError('/history COUNT');
      return desk.room.showMessages(Math.min(count, MAX_MESSAGES));
    },
  },
  reply: {
    args: 'N TEXT',
    help: 'answer message #N',
    run: async (desk, rest) => {
      const { messageId, rest: text } = messageOf(desk, rest);
      if (text === '') throw new UsageError('/reply N TEXT');
      await desk.send(text, messageId);
    },
  },
  edit: {
    args: 'N TEXT',
    help: 'give your message #N another text',
    run: async (desk, rest) => {
      const { messageId, rest: content } = messageOf(desk, rest);
      if (content === '') throw new UsageError('/edit N TEXT');
      await desk.connected.trpc.messages.edit.mutate({ messageId, content });
    },
  },
  delete: {
    args: 'N',
    help: 'take message #N away for everyone',
    run: async (desk, rest) => {
      const { messageId } = messageOf(desk, rest);
      await desk.connected.trpc.messages.delete.mutate({ messageId });
    },
  },
  react: {
    args: 'N EMOJI [off]',
    help: 'put an emoji on message #N, or take yours off',
    run: async (desk, rest) => {
      const { messageId, rest: words } = messageOf(desk, rest);
      const [emoji = '', off] = words.split(/\s+/);
      if (off !== undefined && off !== 'off') throw new UsageError('/react N EMOJI, or /react N EMOJI off');
      await desk.connected.trpc.messages.react.mutate({ messageId, emoji, on: off === undefined });
    },
  },
  typing: {
    args: '[off]',
    help: 'say that you are typing (done by itself while you type)',
    run: async (desk, rest) => {
      if (!['', 'on', 'off'].includes(rest)) throw new UsageError('/typing, or /typing off');
      await desk.setTyping(rest !== 'off');
    },
  },
  read: {
    args: '[N]',
    help: 'mark the talk as read, all of it or up to #N',
    run: async (desk, rest) => {
      if (!/^(#?\d{1,15})?$/.test(rest)) throw new UsageError('/read, or /read N');
      const upToSeq = rest === '' ? undefined : Number(rest.replace('#', ''));
      const { message } = await desk.connected.trpc.receipts.read.mutate({
        conversationId: desk.room.id,
        upToSeq,
      });
      desk.print(desk.style.dim(message));
    },
  },
  offers: { args: '', help: 'the offers of the talk', run: (desk) => desk.room.showOffers() },
  offer: {
    args: '[@NAME] title | terms | 180 EUR | 2d',
    help: 'amount and expiry may be left out; a group needs @NAME',
    run: async (desk, rest) => {
      const { room, connected } = desk;
      const { to, ...terms } = readOffer(rest, new Date());
      const recipientId = to === undefined ? undefined : room.participant(to);
      if (to !== undefined && recipientId === undefined) throw new UsageError(`${to} is not in this talk`);
      await connected.trpc.offers.create.mutate({ conversationId: room.id, recipientId, ...terms });
    },
  },
  counter: {
    args: 'N terms | 190 EUR | 2d',
    help: 'answer offer N with another one; what is left out stays',
    run: async (desk, rest) => {
      const [, number = '', words = ''] = /^(\S+)\s*(.*)$/s.exec(rest) ?? [];
      const { id: offerId, version, conversationId } = offerOf(desk, number);
      const { to: _to, ...counter } = readCounter(words, new Date());
      const { trpc } = desk.connected;
      await trpc.offers.update.mutate({
        conversationId,
        offerId,
        status: 'countered',
        expectedVersion: version,
        counter,
      });
    },
  },
  accept: answer('accepted', 'accept offer N'),
  decline: answer('declined', 'decline offer N'),
  withdraw: answer('withdrawn', 'take back your offer N'),
  complete: answer('completed', 'confirm that offer N is done; both sides must'),
  cancel: answer('cancelled', 'call off offer N, which was accepted'),
  add: {
    args: 'NAME …',
    help: 'add people to the group; they see what is written from then on',
    run: async (desk, rest) => {
      const { trpc } = desk.connected;
      const names = rest.split(/[\s,]+/).filter((name) => name !== '');
      if (names.length === 0) throw new UsageError('/add NAME');
      const conversationId = desk.room.id;
      await withPeople(trpc, names, (userIds) =>
        trpc.conversations.addMembers.mutate({ conversationId, userIds }),
      );
    },
  },
  remove: {
    args: 'NAME',
    help: 'remove someone from the group',
    run: async (desk, rest) => {
      await desk.connected.trpc.conversations.removeMember.mutate(memberOf(desk, rest));
    },
  },
  role: {
    args: 'NAME owner|admin|member',
    help: 'what someone is in the group',
    run: async (desk, rest) => {
      const [name = '', word] = rest.split(/\s+/);
      const role = (['owner', 'admin', 'member'] as const).find((one) => one === word);
      if (role === undefined) throw new UsageError('/role NAME owner, or admin, or member');
      await desk.connected.trpc.conversations.setRole.mutate({ ...memberOf(desk, name), role });
    },
  },
  rename: {
    args: 'TITLE',
    help: 'give the group another title',
    run: async (desk, title) => {
      if (title === '') throw new UsageError('/rename TITLE');
      await desk.connected.trpc.conversations.rename.mutate({ conversationId: desk.room.id, title });
    },
  },
  leave: {
    args: '',
    help: 'leave the group for good; its last owner makes someone else an owner first',
    run: (desk) => desk.leaveGroup(),
  },
  close: {
    args: '',
    help: 'close the talk that is open',
    run: (desk) => {
      desk.print(desk.style.dim(`Closed ${desk.room.title}`));
      desk.close();
    },
  },
  help: {
    args: '',
    help: 'this',
    run: (desk) => {
      for (const [name, { args, help }] of Object.entries(SLASH_COMMANDS)) {
        desk.print(`${`/${name} ${args}`.padEnd(HELP_COLUMN)} ${desk.style.dim(help)}`);
      }
      desk.print(`${'/quit'.padEnd(HELP_COLUMN)} ${desk.style.dim('or Ctrl-D')}`);
      desk.print('Any other line is sent to the open talk; // begins one with a slash.');
    },
  },
};

/** Does what a line says. A line without a slash is a message, or the number of a talk where none is open. */
export async function obey(desk: Desk, line: string): Promise<void> {
  const text = line.trim();
  if (text === '') return;
  if (text.startsWith('/') && !text.startsWith('//')) {
    const [, name = '', rest = ''] = /^\/(\S*)\s*(.*)$/s.exec(text) ?? [];
    const command = Object.hasOwn(SLASH_COMMANDS, name) ? SLASH_COMMANDS[name] : undefined;
    if (command === undefined) throw new UsageError(`there is no /${name}; /help shows what there is`);
    await command.run(desk, rest);
  } else if (desk.hasRoom) await desk.send(text.replace(/^\/\//, '/'));
  else if (/^\d+$/.test(text)) await desk.openNumber(text);
  else throw new UsageError('no talk is open: /talks shows yours, /open N opens one, /help shows the rest');
}

/** The message whose number begins `text`, and what follows. */
function messageOf(desk: Desk, text: string): { messageId: string; rest: string } {
  const [, seq = '', rest = ''] = /^(#?\d+)(?:\s+(.*))?$/s.exec(text) ?? [];
  const messageId = desk.room.messageAt(seq);
  if (messageId === undefined) throw new UsageError('give the number of a message that is shown');
  return { messageId, rest };
}

/** Someone of the open talk, by their username. */
function memberOf({ room }: Desk, name: string): { conversationId: string; userId: string } {
  const userId = room.participant(name.replace(/^@/, ''));
  if (userId === undefined) throw new UsageError(`${name || 'nobody'} is not in this talk`);
  return { conversationId: room.id, userId };
}

function offerOf(desk: Desk, number: string) {
  const offer = desk.room.offerAt(number.replaceAll(/[[\]]/g, ''));
  if (offer === undefined) throw new UsageError('give the number of an offer; /offers shows them');
  return offer;
}
