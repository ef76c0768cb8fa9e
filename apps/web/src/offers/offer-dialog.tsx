import { isParleyError, type Offer, type ParleyClient } from '@parley/client';
import { useState } from 'react';

import type { Room } from '../room/use-room.ts';
import { useParley } from '../session/client-context.ts';
import { nameIn, personName } from '../talks/names.ts';
import { newClientId } from '../ui/client-id.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Select, TextArea, TextField } from '../ui/field.tsx';
import { FormProblem } from '../ui/form-problem.tsx';
import { textOf, useSubmit } from '../ui/use-submit.ts';
import { AmountFields } from './amount-fields.tsx';
import { EXPIRIES, readDraft, type OfferDraft } from './offer-draft.ts';

interface OfferDialogProps {
  room: Room;
  /** The offer that this one answers; null for a new one. */
  counters: Offer | null;
  onClose: () => void;
}

export function OfferDialog({ room, counters, onClose }: OfferDialogProps) {
  const { client, me } = useParley();
  /** One for every attempt to send this form: it is made once. */
  const [clientId] = useState(newClientId);
  const others = room.people.filter(({ user }) => user.id !== me.id);
  const choosesRecipient = counters === null && others.length > 1;

  const { isBusy, problem, problems, onSubmit } = useSubmit(async (form) => {
    const draft = readDraft(form);
    const call = { client, conversationId: room.conversationId, draft, clientId };
    try {
      const offer =
        counters === null
          ? await makeOffer({
              ...call,
              recipientId: choosesRecipient ? textOf(form, 'recipientId') : undefined,
            })
          : await counterOffer({ ...call, counters });
      room.dispatch({ type: 'offer', offer });
      onClose();
    } catch (error) {
      const now = isParleyError(error) ? error.data.offer : undefined;
      if (now !== undefined) room.dispatch({ type: 'offer', offer: now });
      throw error;
    }
  });

  return (
    <Dialog
      title={
        counters === null ? 'Make an offer' : `Counter ${nameIn(room.people, counters.authorId)}’s offer`
      }
      onClose={onClose}
    >
      <form className="stack" onSubmit={onSubmit}>
        {choosesRecipient && (
          <Select label="To" name="recipientId" problem={problems['recipientId']}>
            {others.map(({ user }) => (
              <option key={user.id} value={user.id}>
                {personName(user)}
              </option>
            ))}
          </Select>
        )}
        <TextField
          label="Title"
          name="title"
          required
          maxLength={200}
          autoComplete="off"
          defaultValue={counters?.title}
          problem={problems['title']}
        />
        <TextArea
          label="Terms"
          name="terms"
          required
          rows={3}
          maxLength={5_000}
          defaultValue={counters?.terms}
          problem={problems['terms']}
        />
        <AmountFields
          amount={counters?.amount ?? null}
          currency={counters?.currency ?? null}
          problem={problems['amount'] ?? problems['currency']}
        />
        <Select label="Open until" name="expiry" defaultValue="">
          {EXPIRIES.map(({ text, ms }) => (
            <option key={text} value={ms ?? ''}>
              {text}
            </option>
          ))}
        </Select>
        <FormProblem text={problem} />
        <div className="dialog-actions">
          <button type="button" className="button button-quiet" onClick={onClose}>
            Cancel
          </button>
          <button className="button button-primary" disabled={isBusy}>
            {counters === null ? 'Make the offer' : 'Send the counter-offer'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface Call {
  client: ParleyClient;
  conversationId: string;
  draft: OfferDraft;
  clientId: string;
}

async function makeOffer({
  client,
  conversationId,
  draft: { title, terms, price, expiresAt },
  clientId,
  recipientId,
}: Call & { recipientId: string | undefined }): Promise<Offer> {
  const { offer } = await client.trpc.offers.create.mutate({
    conversationId,
    title,
    terms,
    clientId,
    ...price,
    expiresAt,
    recipientId,
  });
  return offer;
}

async function counterOffer({
  client,
  conversationId,
  draft: { title, terms, price, expiresAt },
  clientId,
  counters,
}: Call & { counters: Offer }): Promise<Offer> {
  const { offer } = await client.trpc.offers.update.mutate({
    conversationId,
    offerId: counters.id,
    status: 'countered',
    expectedVersion: counters.version,
    counter: { title, terms, clientId, ...(price ?? { amount: null }), expiresAt },
  });
  return offer;
}
