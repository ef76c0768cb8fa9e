/** What people do to messages that are there: edit and delete their own, react to those of all. */
import type { PostedMessage } from '@parley/contract';

import type { Device } from '../clients/device.ts';
import { rest, type Stage } from './actors.ts';
import { ask, insist } from './ask.ts';

const EMOJIS = ['👍', '🎉', '😀'];
/** Messages that someone remembers. */
const REMEMBERED = 20;

let edits = 0;

export async function amend(device: Device, stage: Stage): Promise<void> {
  const { random, isOver } = stage;
  const seen: PostedMessage[] = [];
  for (const reader of device.readers)
    reader.listeners.push((_id, event) => {
      if (event.type !== 'message') return;
      seen.push(event.payload);
      if (seen.length > REMEMBERED) seen.shift();
    });
  while (!isOver()) {
    await rest(random.between(300, 1500));
    if (seen.length === 0) continue;
    const message = random.pick(seen);
    const isOwn = message.userId === device.identity.id;
    const attempt = !isOwn || random.chance(0.3) ? reacting : random.chance(0.7) ? editing : deleting;
    await insist(attempt(device, message, stage), isOver);
  }
}

function editing(device: Device, { id: messageId, conversationId }: PostedMessage) {
  edits += 1;
  const content = `${device.name} meant ${edits}`;
  return () =>
    ask(device, { type: 'edit', conversationId, messageId, content }, async (client) => {
      await client.messages.edit.mutate({ messageId, content });
      return { status: 'done' };
    });
}

function deleting(device: Device, { id: messageId, conversationId }: PostedMessage) {
  return () =>
    ask(device, { type: 'delete', conversationId, messageId }, async (client) => {
      await client.messages.delete.mutate({ messageId });
      return { status: 'done' };
    });
}

function reacting(device: Device, { id: messageId, conversationId }: PostedMessage, { random }: Stage) {
  const [emoji, on] = [random.pick(EMOJIS), random.chance(0.7)];
  return () =>
    ask(device, { type: 'react', conversationId, messageId, emoji, on }, async (client) => {
      await client.messages.react.mutate({ messageId, emoji, on });
      return { status: 'done' };
    });
}
