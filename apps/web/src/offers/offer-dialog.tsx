import type { OfferView } from '@parley/client';
import { useOffer, useOffers } from '@parley/client/react';
import { useState } from 'react';

import { FormProblem } from '../components/form-problem.tsx';
import { Button } from '../components/ui/button.tsx';
import { Dialog, DialogBody, DialogClose, DialogContent, DialogFooter } from '../components/ui/dialog.tsx';
import { Field } from '../components/ui/field.tsx';
import { Input } from '../components/ui/input.tsx';
import { NativeSelect } from '../components/ui/native-select.tsx';
import { Textarea } from '../components/ui/textarea.tsx';
import { newClientId } from '../lib/client-id.ts';
import { textOf, useSubmit } from '../lib/use-submit.ts';
import { useMembers } from '../room/use-members.ts';
import { nameIn, personName } from '../talks/names.ts';
import { AmountFields } from './amount-fields.tsx';
import { EXPIRIES, readDraft } from './offer-draft.ts';

interface OfferDialogProps {
  conversationId: string;
  /** The offer that this one answers; null for a new one. */
  counters: OfferView | null;
  onClose: () => void;
}

export function OfferDialog({ conversationId, counters, onClose }: OfferDialogProps) {
  const participants = useMembers(conversationId, 'user', 'isMe');
  const create = useOffers(conversationId, (it) => it.create);
  /** As it is now: the other one may be faster than whoever fills in the form. */
  const countered = useOffer(counters?.id, (it) => it.offer) ?? counters;
  /** One for every attempt to send this form: it is made once. */
  const [clientId] = useState(newClientId);
  const others = participants.filter(({ isMe }) => !isMe);
  const choosesRecipient = counters === null && others.length > 1;

  const { isBusy, problem, problems, onSubmit } = useSubmit(async (form) => {
    const { title, terms, price, expiresAt } = readDraft(form);
    if (counters === null) {
      const recipientId = choosesRecipient ? textOf(form, 'recipientId') : undefined;
      await create({ title, terms, ...price, expiresAt, recipientId, clientId });
    } else if (countered !== null && 'counter' in countered.moves) {
      await countered.moves.counter({ title, terms, ...(price ?? { amount: null }), expiresAt, clientId });
    }
    onClose();
  });
  const isLate = countered !== null && !('counter' in countered.moves);

  return (
    <Dialog open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <DialogContent
        title={
          counters === null ? 'Make an offer' : `Counter ${nameIn(participants, counters.authorId)}’s offer`
        }
      >
        <form onSubmit={onSubmit} className="flex min-h-0 flex-col">
          <DialogBody className="grid gap-4">
            {choosesRecipient && (
              <Field label="To" problem={problems['recipientId']}>
                {(control) => (
                  <NativeSelect {...control} name="recipientId">
                    {others.map(({ user }) => (
                      <option key={user.id} value={user.id}>
                        {personName(user)}
                      </option>
                    ))}
                  </NativeSelect>
                )}
              </Field>
            )}
            <Field label="Title" problem={problems['title']}>
              {(control) => (
                <Input
                  {...control}
                  name="title"
                  required
                  maxLength={200}
                  autoComplete="off"
                  defaultValue={counters?.title}
                />
              )}
            </Field>
            <Field label="Terms" problem={problems['terms']}>
              {(control) => (
                <Textarea
                  {...control}
                  name="terms"
                  required
                  rows={3}
                  maxLength={5_000}
                  defaultValue={counters?.terms}
                  className="min-h-22"
                />
              )}
            </Field>
            <AmountFields
              amount={counters?.amount ?? null}
              currency={counters?.currency ?? null}
              problem={problems['amount'] ?? problems['currency']}
            />
            <Field label="Open until">
              {(control) => (
                <NativeSelect {...control} name="expiry" defaultValue="">
                  {EXPIRIES.map(({ text, ms }) => (
                    <option key={text} value={ms ?? ''}>
                      {text}
                    </option>
                  ))}
                </NativeSelect>
              )}
            </Field>
            <FormProblem text={isLate ? 'This offer is not open any more: someone was faster.' : problem} />
          </DialogBody>
          <DialogFooter>
            <DialogClose asChild>
              <Button variant="ghost">Cancel</Button>
            </DialogClose>
            <Button type="submit" disabled={isBusy || isLate}>
              {counters === null ? 'Make the offer' : 'Send the counter-offer'}
            </Button>
          </DialogFooter>
        </form>
      </DialogContent>
    </Dialog>
  );
}
