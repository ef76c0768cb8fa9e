/**
 * What one changes of a conversation, and what one looks for in it: none of it is needed to show a room, so it is a
 * chunk of its own. What is pending shows at once, and what was there before is back where the server refuses.
 */
import type { ClientId, Id, Message, Offer, OfferAction, Role, Seq } from '@parley/contract';

import type { CacheAction } from '../cache/action.ts';
import type { Act, Core } from '../core.ts';
import type { ParleyClientError } from '../errors.ts';
import type { CounterDraft, OfferDraft } from './offer.ts';

export interface Scope {
  readonly core: Core;
  /** Of the conversation. */
  readonly id: Id;
  /** Of what is made: the same however often it is tried. */
  readonly clientId: ClientId;
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

export async function jumpTo({ core, id }: Scope, to: Id | Seq): Promise<void> {
  await core.conversation(id).load();
  const here = core.store.cache.conversations.get(id)?.room?.messages;
  if (here?.some((message) => message.id === to || message.seq === to) === true) return;
  const at = { conversationId: id, ...(typeof to === 'number' ? { fromSeq: to } : { fromId: to }) };
  const [older, newer] = await core.call(({ messages }) =>
    Promise.all([messages.list.query(at), messages.list.query({ ...at, direction: 'newer' })]),
  );
  core.store.dispatch({ type: 'around', conversationId: id, older, newer });
}

export async function createOffer({ core, id, clientId }: Scope, draft: OfferDraft): Promise<Offer> {
  const input = { clientId, ...draft, conversationId: id };
  const { offer } = await core.call(({ offers }) => offers.create.mutate(input));
  core.store.dispatch({ type: 'offer', offer });
  return offer;
}

export async function moveOffer(
  { core, id, clientId }: Scope,
  offer: Offer,
  action: OfferAction,
  terms?: CounterDraft,
): Promise<Offer> {
  const at = { conversationId: id, offerId: offer.id };
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

export const rename = ({ core, id }: Scope, title: string): Promise<void> =>
  change(core, ({ conversations }) => conversations.rename.mutate({ conversationId: id, title }));

export const addMembers = ({ core, id }: Scope, userIds: readonly Id[]): Promise<void> =>
  change(
    core,
    ({ conversations }) => conversations.addMembers.mutate({ conversationId: id, userIds: [...userIds] }),
    (conversation) => ({ type: 'conversation', conversation }),
  );

export const removeMember = ({ core, id }: Scope, userId: Id): Promise<void> =>
  change(core, ({ conversations }) => conversations.removeMember.mutate({ conversationId: id, userId }));

export const setRole = ({ core, id }: Scope, userId: Id, role: Role): Promise<void> =>
  change(core, ({ conversations }) => conversations.setRole.mutate({ conversationId: id, userId, role }));

export const leave = ({ core, id }: Scope): Promise<void> =>
  change(core, ({ conversations }) => conversations.leave.mutate({ conversationId: id }));

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
