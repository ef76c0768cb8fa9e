/** Looking who is there: now and then, at the end, and after a node has died with someone on it. */
import type { Id } from '@parley/contract';

import { Device } from '../clients/device.ts';
import { Identity } from '../clients/identity.ts';
import { overSocket } from '../clients/stock.ts';
import type { History } from '../history.ts';
import type { Deployment } from '../nodes/deployment.ts';
import { rest, type Stage } from './actors.ts';
import { deviceOf, type Cast, type Person } from './cast.ts';
import { patiently } from './patiently.ts';

/** Who is connected is seen so within this, once everything is healed; the time comes on top in which this process stood still. */
const COMING_MS = 10_000;
/** Longer than a dead node's leases, with all that the checker allows. */
const GOING_MS = 45_000;

export async function lookAround(watcher: Person, watched: readonly Person[], stage: Stage): Promise<void> {
  while (!stage.isOver()) {
    await rest(stage.random.between(1500, 3000));
    await look(stage.random.pick(watcher.devices), watched);
  }
}

/** The last look, once everyone who is connected has been seen, or has had the time for it. */
export async function lookLast({ people }: Cast, history: History): Promise<void> {
  const { ana, ben, cleo, dan } = people;
  const isLate = lateness(history, COMING_MS);
  const watched = [ben, cleo, dan];
  const present = () => onlineAmong(deviceOf(ana), watched).catch(() => undefined);
  while ((await present())?.size !== watched.length && !isLate()) await rest(200);
  await look(deviceOf(ana), watched);
}

/**
 * Somebody whose node is killed while they are on it alone, and who does not come again: they are looked at from
 * another node until they are gone, or for too long.
 */
export async function vanish(deployment: Deployment, { people }: Cast, history: History): Promise<void> {
  const [watcher, [place]] = [deviceOf(people.ana), deployment.places];
  if (place === undefined) return;
  const identity = await Identity.register(deployment.url, 'gus');
  history.add({ kind: 'person', userId: identity.id, name: 'gus' });
  const made = await patiently(() =>
    watcher.client.conversations.create.mutate({ participantIds: [identity.id] }),
  );
  if (made === undefined) throw new Error('there is nobody to vanish');
  const { id: conversationId } = made;
  history.add({ kind: 'talk', conversationId, members: [people.ana.identity.id, identity.id] });
  const device = new Device({ name: 'phone', identity, history, url: place.node.url, connect: overSocket });
  device.read('inbox', 0);
  const ghost: Person = { identity, devices: [device] };
  const isOnline = async () => (await onlineAmong(watcher, [ghost]).catch(() => undefined))?.has(identity.id);
  const isLate = lateness(history, COMING_MS);
  while ((await isOnline()) !== true && !isLate()) await rest(100);
  history.add({ kind: 'devices', userId: identity.id, connected: true });

  history.add({ kind: 'fault', fault: 'node killed', phase: 'begin', detail: '' });
  await place.node.end('SIGKILL');
  history.add({ kind: 'devices', userId: identity.id, connected: false });
  await device.close();
  const leaving = performance.now() + GOING_MS;
  while ((await look(watcher, [ghost]))?.has(identity.id) !== false && performance.now() < leaving)
    await rest(500);
  await place.node.start();
  history.add({ kind: 'fault', fault: 'node killed', phase: 'end', detail: '' });
}

/** Asked from now on whether so much has passed, but for the time in which this process stood still. */
function lateness(history: History, ms: number): () => boolean {
  const [begun, { length }] = [history.now, history.entries];
  return () => {
    const stood = history.entries
      .slice(length)
      .reduce((total, entry) => total + (entry.kind === 'stood-still' ? entry.ms : 0), 0);
    return history.now - begun - stood >= ms;
  };
}

async function look(device: Device, watched: readonly Person[]): Promise<ReadonlySet<Id> | undefined> {
  const online = await onlineAmong(device, watched).catch(() => undefined);
  if (online === undefined) return undefined;
  for (const { identity } of watched)
    device.history.add({ kind: 'seen', userId: identity.id, online: online.has(identity.id) });
  return online;
}

async function onlineAmong({ client }: Device, watched: readonly Person[]): Promise<ReadonlySet<Id>> {
  const userIds = watched.map(({ identity }) => identity.id);
  const present = await client.presence.get.query({ userIds });
  return new Set(present.filter(({ online }) => online).map(({ userId }) => userId));
}
