/** What people do, each in a loop of their own until the run is over: write, read, type. */
import type { Device, Reader } from '../clients/device.ts';
import type { Outcome } from '../history.ts';
import type { Random } from '../random.ts';
import { ask, insist } from './ask.ts';
import type { Person, Talk } from './cast.ts';

export interface Stage {
  random: Random;
  isOver: () => boolean;
}

/** A message is given up when it has not been acknowledged so long after the run was over. */
const LAST_RETRY_MS = 20_000;

let texts = 0;

/** Sends one message, again with the same `clientId` until it is acknowledged or refused. */
export async function send(device: Device, talk: Talk, isGivenUp: () => boolean): Promise<Outcome> {
  texts += 1;
  const conversationId = talk.id;
  const clientId = `${device.name}-${texts}`;
  const content = `${device.name} says ${texts} in ${talk.name}`;
  return await insist(
    () =>
      ask(device, { type: 'send', conversationId, clientId, content }, async (client) => {
        const { message } = await client.messages.send.mutate({ conversationId, clientId, content });
        return { status: 'done', message: { id: message.id, seq: message.seq, content: message.content } };
      }),
    isGivenUp,
  );
}

export async function write(
  device: Device,
  { talk, stage, restMs }: { talk: Talk; stage: Stage; restMs: number },
): Promise<void> {
  let overSince: number | undefined;
  const isGivenUp = () => {
    if (!stage.isOver()) return false;
    overSince ??= performance.now();
    return performance.now() - overSince > LAST_RETRY_MS;
  };
  while (!stage.isOver()) {
    await send(device, talk, isGivenUp);
    await rest(stage.random.between(restMs / 2, restMs * 1.5));
  }
}

/** Marks as read, or as delivered, what a reader has brought, some of the time. */
export function markRead(device: Device, reader: Reader, stage: Stage): void {
  const { source } = reader;
  if (source === 'inbox') return;
  let isAsking = false;
  reader.listeners.push((upToSeq, event) => {
    if (event.type !== 'message' || isAsking || stage.isOver() || !stage.random.chance(0.25)) return;
    isAsking = true;
    const mark = { conversationId: source.room, upToSeq };
    const type = stage.random.chance(0.6) ? 'read' : 'delivered';
    void ask(device, { type, ...mark }, async (client) => {
      await client.receipts[type].mutate(mark);
      return { status: 'done' };
    }).finally(() => (isAsking = false));
  });
}

/** Begins to write, and stops, or says nothing more. */
export async function type(person: Person, talk: Talk, { random, isOver }: Stage): Promise<void> {
  const say = (isTyping: boolean) =>
    ask(
      random.pick(person.devices),
      { type: 'typing', conversationId: talk.id, isTyping },
      async (client) => {
        await client.typing.set.mutate({ conversationId: talk.id, isTyping });
        return { status: 'done' };
      },
    );
  while (!isOver()) {
    await rest(random.between(500, 4000));
    await say(true);
    await rest(random.between(200, 1500));
    if (random.chance(0.5)) await say(false);
  }
}

export function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
