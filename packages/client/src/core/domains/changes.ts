/**
 * What one changes of a conversation, and what one looks for in it: none of it is needed to show a room, so it is a
 * chunk of its own. What is pending shows at once, and what was there before is back where the server refuses.
 */
import type { ClientId, Id, Message, Offer, OfferAction, Role, Seq } from '@parley/contract';

import type { CacheAction } from '../cache/action.ts';
import { history, type HistoryPage } from '../cache/reduce-history.ts';
import type { Act, Core } from '../core.ts';
import type { ParleyClientError } from '../errors.ts';
import type { CounterDraft, OfferDraft } from './offer.ts';
import type { Room } from './room.ts';

export interface Scope {
  readonly core: Core;
  readonly room: Room;
  /** Of what is made: the same however often it is tried. */
  readonly clientId: ClientId;
  /** An error that may pass; to import it would tear the main chunk. */
  readonly error: (cause: Error) => ParleyClientError;
}

export const edit = ({ core }: Scope, messageId: Id, content: string): Promise<void> =>
  core.store.during('edits', { messageId, content, at: new Date() }, () =>
    change(core, ({ messages }) => messages.edit.mutate({ messageId, content }), toMessage),
  );

export const remove = ({ core }: Scope, messageId: Id): Promise<void> =>
  core.store.during('removals', { messageId, at: new Date() }, () =>
    change(core, ({ messages }) => messages.delete.mutate({ messageId }), toMessage),
  );

export const react = ({ core }: Scope, messageId: Id, emoji: string, on = true): Promise<void> =>
  core.store.during('reactions', { messageId, emoji, on }, () =>
    change(core, ({ messages }) => messages.react.mutate({ messageId, emoji, on })),
  );

/** How often a page is asked for again that does not fit what is here by now. */
const AGAIN = 2;

export async function jumpTo({ core, room, error }: Scope, to: Id | Seq): Promise<void> {
  await room.load();
  const isHere = (what: Id | Seq) =>
    room.cached?.messages.some(({ id, seq }) => id === what || seq === what) === true;
  if (isHere(to)) return;
  const at = { conversationId: room.id, ...(typeof to === 'number' ? { fromSeq: to } : { fromId: to }) };
  let asked = 0;
  const passedOver = await core.call(async ({ messages }) => {
    const [older, newer] = await Promise.all([
      messages.list.query(at),
      messages.list.query({ ...at, direction: 'newer' }),
    ]);
    core.store.dispatch(history(room.id, { type: 'around', older, newer }));
    // There may be no message of that seq, but others around it.
    const found = newer.items.at(-1) ?? older.items[0];
    if (found === undefined || isHere(found.id)) return null;
    const unfit = error(new Error('The page does not fit what is here'));
    if (asked === AGAIN) return unfit;
    asked += 1;
    throw unfit;
  });
  if (passedOver !== null) throw passedOver;
}

export async function createOffer({ core, room, clientId }: Scope, draft: OfferDraft): Promise<Offer> {
  const input = { clientId, ...draft, conversationId: room.id };
  const { offer } = await core.call(({ offers }) => offers.create.mutate(input));
  core.store.dispatch({ type: 'offer', offer });
  return offer;
}

export async function moveOffer(
  { core, room, clientId }: Scope,
  offer: Offer,
  action: OfferAction,
  terms?: CounterDraft,
): Promise<Offer> {
  const at = { conversationId: room.id, offerId: offer.id };
  let isRepeated = false;
  const told = (offer: Offer) => {
    core.store.dispatch({ type: 'offer', offer });
    return offer;
  };
  return core.store.during('moves', { offerId: offer.id, action }, () =>
    core.call(async ({ offers }) => {
      try {
        const { offer: now, counterOffer } = await offers.update.mutate(
          action === 'countered'
            ? { ...at, status: action, counter: { clientId, ...terms } }
            : { ...at, status: action, ...(action === 'accepted' && { expectedVersion: offer.version }) },
        );
        told(now);
        return counterOffer === undefined ? now : told(counterOffer);
      } catch (error) {
        const now = (error as Partial<ParleyClientError>).data?.offer;
        if (now !== undefined) told(now);
        // The answer to the same move may have been lost.
        if (isRepeated && now?.status === action) return now;
        isRepeated = true;
        throw error;
      }
    }),
  );
}

export const rename = ({ core, room }: Scope, title: string): Promise<void> =>
  change(core, ({ conversations }) => conversations.rename.mutate({ conversationId: room.id, title }));

export const addMembers = ({ core, room }: Scope, userIds: readonly Id[]): Promise<void> =>
  change(
    core,
    ({ conversations }) =>
      conversations.addMembers.mutate({ conversationId: room.id, userIds: [...userIds] }),
    (conversation) => ({ type: 'conversation', conversation }),
  );

export const removeMember = ({ core, room }: Scope, userId: Id): Promise<void> =>
  change(core, ({ conversations }) => conversations.removeMember.mutate({ conversationId: room.id, userId }));

export const setRole = ({ core, room }: Scope, userId: Id, role: Role): Promise<void> =>
  change(core, ({ conversations }) =>
    conversations.setRole.mutate({ conversationId: room.id, userId, role }),
  );

export const leave = ({ core, room }: Scope): Promise<void> =>
  change(core, ({ conversations }) => conversations.leave.mutate({ conversationId: room.id }));

interface PageAt {
  conversationId: Id;
  cursor: string;
}

export const olderMessages = (core: Core, at: PageAt): Promise<CacheAction> =>
  page(core, at, async ({ messages }) => ({
    type: 'older-messages',
    cursor: at.cursor,
    page: await messages.list.query(at),
  }));

export const olderOffers = (core: Core, at: PageAt): Promise<CacheAction> =>
  page(core, at, async ({ offers }) => ({
    type: 'older-offers',
    cursor: at.cursor,
    page: await offers.list.query(at),
  }));

export const gap = (core: Core, at: PageAt): Promise<CacheAction> =>
  page(core, at, async ({ messages }) => ({
    type: 'gap-page',
    cursor: at.cursor,
    page: await messages.list.query({ ...at, direction: 'newer' }),
  }));

const page = async (core: Core, at: PageAt, act: Act<HistoryPage>): Promise<CacheAction> =>
  history(at.conversationId, await core.call(act));

const toMessage = ({ message }: { message: Message }): CacheAction => ({ type: 'message', message });

/** What the answer does not tell comes as an event. */
async function change<Answer>(
  { call, store }: Core,
  act: Act<Answer>,
  told?: (answer: Answer) => CacheAction,
): Promise<void> {
  const answer = await call(act);
  if (told) store.dispatch(told(answer));
}
