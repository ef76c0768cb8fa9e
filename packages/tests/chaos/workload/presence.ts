/** Looking who is there: now and then, at the end, and after a node has died with someone on it. */
import type { Id } from '@parley/contract';

import type { Device } from '../clients/device.ts';
import { rest, type Stage } from './actors.ts';
import { deviceOf, type Cast, type Person } from './cast.ts';

/** Who is connected is seen so within this, once everything is healed. */
const COMING_MS = 10_000;

export async function lookAround(watcher: Person, watched: readonly Person[], stage: Stage): Promise<void> {
  while (!stage.isOver()) {
    await rest(stage.random.between(1500, 3000));
    await look(stage.random.pick(watcher.devices), watched);
  }
}

/** The last look, once everyone who is connected has been seen, or has had the time for it. */
export async function lookLast({ people }: Cast): Promise<void> {
  const { ana, ben, cleo, dan } = people;
  const deadline = performance.now() + COMING_MS;
  const watched = [ben, cleo, dan];
  while ((await onlineAmong(deviceOf(ana), watched)).size < watched.length && performance.now() < deadline)
    await rest(200);
  await look(deviceOf(ana), watched);
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
