/** One run: a deployment, people who use it, faults by a seed, quiet, and the verdict on what the people saw. */
import { check, type Verdict } from './checker/check.ts';
import type { Reader } from './clients/device.ts';
import type { Fault } from './faults/fault.ts';
import { Injector } from './faults/injector.ts';
import { schedule } from './faults/schedule.ts';
import { History } from './history.ts';
import { Deployment } from './nodes/deployment.ts';
import { Random } from './random.ts';
import { noteStandstills } from './standstill.ts';
import { markRead, rest, send, type, write, type Stage } from './workload/actors.ts';
import { amend } from './workload/amend.ts';
import { assemble, deviceOf, type Cast } from './workload/cast.ts';
import { recordFinals } from './workload/finals.ts';
import { gather } from './workload/gather.ts';
import { lookAround, lookLast, vanish } from './workload/presence.ts';
import { OffersSeen, settle, trade } from './workload/trade.ts';

export interface RunOptions {
  seed: number;
  /** How long faults are injected. */
  forMs: number;
  nodes: number;
  database: 'postgres' | 'embedded';
  accessTokenSeconds: number;
  say: (line: string) => void;
}

export interface Run extends Verdict {
  history: History;
  /** What the nodes have printed. */
  output: string;
}

/** A run that is at least so long also waits for the leases of a node that has died. */
const VANISHING_MS = 60_000;
/** How long readers may take to come to the head once everything is healed. */
const ARRIVAL_MS = 40_000;
/** Longer than the heads of topics are left unchecked, twice: a check may come late on a machine that has much to do. */
const SETTLED_MS = 7000;

/** @returns undefined where the machine lacks PostgreSQL, or Redis for more than one node. */
export async function run(options: RunOptions): Promise<Run | undefined> {
  const { seed, forMs, nodes, say } = options;
  const history = new History();
  using _noting = noteStandstills(history);
  await using deployment = await Deployment.start(options);
  if (deployment === undefined) return undefined;
  const cast = await assemble(deployment.url, history);
  const random = new Random(seed);
  const without: Fault['touches'][] = [
    ...(deployment.redis === undefined ? (['redis'] as const) : []),
    ...(deployment.postgres === undefined ? (['postgres'] as const) : []),
  ];
  const steps = schedule(random, { forMs, without });
  let isOver = false;
  const stage: Stage = { random, isOver: () => isOver };
  const seen = new OffersSeen();
  try {
    const acting = act(cast, seen, stage);
    await new Injector({ deployment, history, say }).run(steps);
    isOver = true;
    await acting;
    if (forMs >= VANISHING_MS && nodes > 1) await vanish(deployment, cast, history);
    await arrive(cast);
    await settle(Object.values(cast.people), seen);
    await arrive(cast);
    await arriveInInboxes(cast);
    history.add({ kind: 'quiet' });
    await recordFinals(cast);
    await lookLast(cast, history);
  } finally {
    await cast.close();
  }
  const output = deployment.places.map(({ node }) => node.output).join('');
  return { ...check(history.entries), history, output };
}

async function act(cast: Cast, seen: OffersSeen, stage: Stage): Promise<void> {
  const { ana, ben, cleo, dan, finn } = cast.people;
  const [deal, pair, crowd, club] = cast.talks;
  if (deal === undefined || pair === undefined || crowd === undefined || club === undefined) return;
  for (const { devices } of Object.values(cast.people)) {
    for (const device of devices) {
      seen.watch(device);
      for (const reader of device.readers) markRead(device, reader, stage);
    }
  }
  const writing = [ana, ben, cleo, dan].flatMap((person) =>
    cast.talks
      .filter(({ members }) => members.includes(person))
      .map((talk) => write(stage.random.pick(person.devices), { talk, stage, restMs: 700 })),
  );
  await Promise.all([
    ...writing,
    type(ana, crowd, stage),
    type(cleo, pair, stage),
    amend(deviceOf(ana), stage),
    amend(deviceOf(ben), stage),
    lookAround(ana, [ben, cleo, dan], stage),
    gather({ talk: club, owner: ana, guests: [cleo, dan, finn] }, stage),
    trade({ talk: deal, author: ana, recipient: ben }, seen, stage),
    trade({ talk: crowd, author: dan, recipient: cleo }, seen, stage),
  ]);
}

/**
 * Waits until everyone has read what was said last: two people say something in each talk, and whoever has come to
 * both has come to everything before.
 */
async function arrive(cast: Cast): Promise<void> {
  const deadline = performance.now() + ARRIVAL_MS;
  const isLate = () => performance.now() > deadline;
  const last = new Map<string, number>();
  for (const talk of cast.talks) {
    for (const person of talk.members.slice(0, 2)) {
      const outcome = await send(deviceOf(person), talk, isLate);
      if (outcome.status === 'done' && outcome.message !== undefined)
        last.set(talk.id, Math.max(last.get(talk.id) ?? 0, outcome.message.seq));
    }
  }
  const isBehind = ({ source, place, isOver }: Reader) =>
    !isOver && source !== 'inbox' && place < (last.get(source.room) ?? 0);
  while (cast.readers().some(isBehind) && !isLate()) await rest(50);
}

/** Inboxes have come to the head when nothing more comes to any of them. */
async function arriveInInboxes(cast: Cast): Promise<void> {
  const deadline = performance.now() + ARRIVAL_MS;
  const places = () =>
    cast
      .readers()
      .filter(({ source }) => source === 'inbox')
      .map(({ place }) => place)
      .join();
  let before = places();
  for (
    let since = performance.now();
    performance.now() - since < SETTLED_MS && performance.now() < deadline;
    await rest(50)
  ) {
    const now = places();
    if (now !== before) since = performance.now();
    before = now;
  }
}
