import type { Offer, OfferStatus, ParleyCalls } from '@parley/client';
import { Option, type Command } from 'commander';

import { withClient, type Me } from '../connect.ts';
import { countingNumber, moment, moreNote, PAGE_OPTIONS, wholeNumber, type PageOptions } from '../options.ts';
import type { Output } from '../output.ts';
import type { SettingOf } from '../program.ts';
import { findOffer, findPerson, findTalk } from '../references.ts';
import { renderOffer } from '../render-offers.ts';
import { createView, namesOf, type View } from '../view.ts';

interface TermsOptions {
  title?: string;
  terms?: string;
  amount?: number;
  currency?: string;
  expires?: Date;
  clientId?: string;
}

interface OfferOptions extends TermsOptions {
  title: string;
  terms: string;
  to?: string;
}

interface AnswerOptions {
  expectedVersion?: number;
}

/** Verbs and what they turn an offer into. */
const ANSWERS = [
  ['accept', 'accepted', 'accept an offer made to you'],
  ['decline', 'declined', 'decline an offer made to you'],
  ['withdraw', 'withdrawn', 'take back an offer of yours'],
  ['complete', 'completed', 'confirm that an accepted offer is done; both sides must'],
  ['cancel', 'cancelled', 'call off an accepted offer'],
] as const;

const AMOUNT = ['--amount <minor>', 'in minor units: 18050 is 180.50 EUR', wholeNumber] as const;
const CURRENCY = ['--currency <code>', 'ISO 4217, for example EUR'] as const;
const EXPIRES = ['--expires <time>', 'such as 2h, 3d or 2030-01-31T18:00Z', moment] as const;
const CLIENT_ID = ['--client-id <id>', 'the same one is made once, however often it is tried'] as const;
const VERSION = [
  '--expected-version <version>',
  'refuse if the offer has changed since this version of it',
  countingNumber,
] as const;

export function addOffers(program: Command, settingOf: SettingOf): void {
  const statuses: OfferStatus[] = [
    'pending',
    'accepted',
    'declined',
    'withdrawn',
    'countered',
    'expired',
    'completed',
    'cancelled',
  ];
  const offers = program
    .command('offers')
    .description('the offers of a talk; as text oldest first, as JSON newest first')
    .argument('<talk>')
    .addOption(new Option('--status <status>', 'only these').choices(statuses))
    .action(async (ref: string, options: PageOptions & { status?: OfferStatus }) => {
      const setting = settingOf();
      const { output } = setting;
      await withClient(setting, async ({ trpc, me }) => {
        const conversationId = await findTalk(trpc, ref, me);
        const found = await trpc.offers.list.query({ conversationId, ...options });
        const view = await viewOf(trpc, { conversationId, me, output });
        output.value(found, () =>
          found.items
            .toReversed()
            .map((offer) => renderOffer(view, offer))
            .join('\n'),
        );
        output.note(moreNote(found.nextCursor));
      });
    });
  for (const option of PAGE_OPTIONS) offers.addOption(option);

  program
    .command('offer')
    .description('make an offer')
    .argument('<talk>')
    .requiredOption('--title <title>')
    .requiredOption('--terms <terms>')
    .option(...AMOUNT)
    .option(...CURRENCY)
    .option(...EXPIRES)
    .option('--to <user>', 'who it is for; needed in a group')
    .option(...CLIENT_ID)
    .action(async (ref: string, { to, expires, ...terms }: OfferOptions) => {
      const setting = settingOf();
      const { output } = setting;
      await withClient(setting, async ({ trpc, me }) => {
        const conversationId = await findTalk(trpc, ref, me);
        const recipientId = to === undefined ? undefined : await findPerson(trpc, to);
        const made = await trpc.offers.create.mutate({
          conversationId,
          recipientId,
          expiresAt: expires,
          ...terms,
        });
        const view = await viewOf(trpc, { conversationId, me, output });
        output.value(made, () => renderOffer(view, made.offer));
      });
    });

  for (const [verb, status, description] of ANSWERS) {
    program
      .command(verb)
      .description(description)
      .argument('<talk>')
      .argument('<offer>', 'its id, or the last characters of it')
      .option(...VERSION)
      .action(async (ref: string, offerRef: string, { expectedVersion }: AnswerOptions) => {
        await answer(settingOf, { ref, offerRef }, (trpc, offer) =>
          trpc.offers.update.mutate({ ...offer, status, expectedVersion }),
        );
      });
  }

  program
    .command('counter')
    .description('answer an offer with another one; what is left out stays as it is')
    .argument('<talk>')
    .argument('<offer>', 'its id, or the last characters of it')
    .option('--title <title>')
    .option('--terms <terms>')
    .option(...AMOUNT)
    .option(...CURRENCY)
    .option('--barter', 'without an amount')
    .option(...EXPIRES)
    .option(...CLIENT_ID)
    .option(...VERSION)
    .action(
      async (ref: string, offerRef: string, options: TermsOptions & AnswerOptions & { barter?: true }) => {
        const { expectedVersion, expires, barter, ...terms } = options;
        const counter = { ...terms, expiresAt: expires, ...(barter && { amount: null }) };
        await answer(settingOf, { ref, offerRef }, (trpc, offer) =>
          trpc.offers.update.mutate({ ...offer, status: 'countered', expectedVersion, counter }),
        );
      },
    );
}

type Answered = Awaited<ReturnType<ParleyCalls['offers']['update']['mutate']>>;

/** Finds an offer, answers it, and shows how it stands then. */
async function answer(
  settingOf: SettingOf,
  { ref, offerRef }: { ref: string; offerRef: string },
  give: (trpc: ParleyCalls, offer: { conversationId: string; offerId: string }) => Promise<Answered>,
): Promise<void> {
  const setting = settingOf();
  const { output } = setting;
  await withClient(setting, async ({ trpc, me }) => {
    const conversationId = await findTalk(trpc, ref, me);
    const offerId = await findOffer(trpc, conversationId, offerRef);
    const answered = await give(trpc, { conversationId, offerId });
    const view = await viewOf(trpc, { conversationId, me, output });
    const shown: Offer[] = [
      answered.offer,
      ...(answered.counterOffer === undefined ? [] : [answered.counterOffer]),
    ];
    output.value(answered, () =>
      [answered.message, ...shown.map((offer) => renderOffer(view, offer))].join('\n'),
    );
  });
}

interface ViewOfOptions {
  conversationId: string;
  me: Me;
  output: Output;
}

/** People see names: they are asked for only then. */
async function viewOf(trpc: ParleyCalls, { conversationId, me, output }: ViewOfOptions): Promise<View> {
  const { style, isJson } = output;
  const participants = isJson ? [] : (await trpc.conversations.get.query({ conversationId })).participants;
  return createView({ me: me.id, style, names: namesOf(participants) });
}
