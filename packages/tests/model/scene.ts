/** Three people in two conversations, what each of them shows, and what they do. */
import type { ErrorReason, Message, Offer } from '@parley/contract';
import { TRPCClientError } from '@trpc/client';

import type { Person } from '../harness/people.ts';
import { reasonOf } from '../harness/reason-of.ts';
import type { TestServer } from '../harness/server.ts';
import { ACTIONS, type Action } from './actions.ts';
import {
  agreeOnList,
  agreeOnRoom,
  openInbox,
  openRoom,
  Shown,
  type InboxMirror,
  type RoomMirror,
} from './mirror.ts';
import { fetchList, fetchRoom } from './snapshot.ts';

export type Move = Action | 'cut' | 'go away' | 'come back';

export interface Step {
  move: Move;
  who: number;
  where: number;
  pick: number;
}

interface Place {
  person: Person;
  shown: Shown;
  inbox: InboxMirror;
  /** By conversation; none where one is no participant. */
  rooms: Map<string, RoomMirror>;
  isAway: boolean;
}

export class Scene {
  /** Events that someone has heard, as `room:message` or `inbox:new-message`. */
  readonly heard: Set<string>;
  readonly talks: readonly string[];
  readonly #places: readonly Place[];

  private constructor(
    talks: readonly string[],
    { places, heard }: { places: readonly Place[]; heard: Set<string> },
  ) {
    this.talks = talks;
    this.heard = heard;
    this.#places = places;
  }

  /** A group of three, and a group of two. */
  static async open(server: TestServer): Promise<Scene> {
    const people = [
      await server.person('ana'),
      await server.person('ben'),
      await server.person('cem'),
    ] as const;
    const [ana, ben, cem] = people;
    const create = async (person: Person, others: Person[], subject: string) => {
      const participantIds = others.map(({ id }) => id);
      return (await person.http.conversations.create.mutate({ participantIds, title: 'A group', subject }))
        .id;
    };
    const heard = new Set<string>();
    const places = await Promise.all(
      people.map(async (person): Promise<Place> => {
        const shown = new Shown(person, (type) => heard.add(type));
        return { person, shown, inbox: await openInbox(shown), rooms: new Map(), isAway: false };
      }),
    );
    const talks = [await create(ana, [ben, cem], 'Three'), await create(ben, [ana], 'Two')];
    const scene = new Scene(talks, { places, heard });
    await scene.check();
    return scene;
  }

  /** Does something, and compares; returns why it was refused, or `done`, or `nothing` where there was nothing to do it to. */
  async take(step: Step): Promise<Outcome | ErrorReason> {
    const outcome = await this.#act(step);
    const talk = this.talks[step.where % this.talks.length];
    await this.check(talk === undefined || step.move === 'come back' ? this.talks : [talk]);
    return outcome;
  }

  async #act({ move, who, where, pick }: Step): Promise<Outcome | ErrorReason> {
    const place = this.#places[who % this.#places.length];
    const conversationId = this.talks[where % this.talks.length];
    if (place === undefined || conversationId === undefined) throw new Error('nobody, or nowhere');
    if (move === 'cut') return await cut(place);
    if (move === 'go away') return goAway(place);
    if (move === 'come back') return await comeBack(place);
    // One's own message reaches one's other devices by a fetch alone.
    if (place.isAway && (move === 'send' || move === 'reply')) return 'nothing';
    const people = this.#places.map(({ person }) => person);
    try {
      const result = await ACTIONS[move]({ who: place.person, people, conversationId, pick });
      if (!place.isAway) tellAnswer(place.shown, result as Answer | undefined);
      return result === undefined ? 'nothing' : 'done';
    } catch (error) {
      const reason = error instanceof TRPCClientError ? reasonOf(error) : undefined;
      if (reason === undefined || reason === 'internal') throw error;
      return reason;
    }
  }

  /** Compares what everyone shows with what they fetch: their list, and these conversations. */
  async check(talks: readonly string[] = this.talks): Promise<void> {
    await Promise.all(this.#places.map((place) => this.#checkPlace(place, talks)));
  }

  async end(): Promise<void> {
    for (const place of this.#places) await comeBack(place);
    await this.check();
    for (const { inbox, rooms } of this.#places)
      for (const mirror of [inbox, ...rooms.values()]) mirror.close();
  }

  async #checkPlace(place: Place, talks: readonly string[]): Promise<void> {
    const { person, shown, inbox, rooms } = place;
    const { items } = await fetchList(person.client);
    const mine = new Set(items.map(({ id }) => id));
    // As a client does that is told of its removal, or finds it out when it comes back.
    for (const [id, mirror] of rooms) {
      if (mine.has(id)) continue;
      mirror.close();
      rooms.delete(id);
    }
    if (place.isAway) return;
    await agreeOnList(shown, [inbox, ...rooms.values()], items);
    for (const id of talks.filter((talk) => mine.has(talk))) {
      const mirror = rooms.get(id);
      if (mirror === undefined) rooms.set(id, await openRoom(shown, id));
      else await agreeOnRoom(shown, mirror, await fetchRoom(person.client, id));
    }
  }
}

type Outcome = 'done' | 'nothing';

async function cut({ person, inbox, rooms, isAway }: Place): Promise<Outcome> {
  if (isAway) return 'nothing';
  const again = [inbox, ...rooms.values()].map((mirror) => mirror.again());
  person.cut();
  await Promise.all(again);
  return 'done';
}

function goAway(place: Place): Outcome {
  if (place.isAway) return 'nothing';
  for (const mirror of [place.inbox, ...place.rooms.values()]) mirror.leave();
  place.isAway = true;
  return 'done';
}

async function comeBack(place: Place): Promise<Outcome> {
  if (!place.isAway) return 'nothing';
  await Promise.all([place.inbox, ...place.rooms.values()].map((mirror) => mirror.resume()));
  place.isAway = false;
  return 'done';
}

/** What a call may give. */
interface Answer {
  message?: Message | string;
  offer?: Offer;
  counterOffer?: Offer;
}

/** As a client does with what its own calls give. */
function tellAnswer(shown: Shown, { message, offer, counterOffer }: Answer = {}): void {
  if (typeof message === 'object') shown.tell({ type: 'message', message });
  for (const one of [offer, counterOffer]) if (one) shown.tell({ type: 'offer', offer: one });
}
