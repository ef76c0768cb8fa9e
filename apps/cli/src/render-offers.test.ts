import { describe, expect, it } from 'vitest';

import { renderNewOffer, renderOffer, renderOfferUpdate } from './render-offers.ts';
import { ana, ben, offer, view } from './testing/samples.ts';

describe('an offer', () => {
  it('tells parties, price, standing and terms', () => {
    expect(renderOffer(view, offer)).toBe(
      '[3]  Blue bike for 180.00 EUR  ben → you  pending, until 18:00\n    I fetch it.\n    In cash.',
    );
    expect(renderOffer(view, { ...offer, amount: null, currency: null, status: 'declined' })).toBe(
      '[3]  Blue bike  ben → you  declined\n    I fetch it.\n    In cash.',
    );
  });

  it('tells what it answers', () => {
    const counter = {
      ...offer,
      id: '4',
      parentOfferId: '3',
      authorId: ana.id,
      recipientId: ben.id,
      terms: 'No.',
    };
    expect(renderOffer(view, counter)).toContain('\n    answers [3]');
    expect(renderNewOffer(view, counter)).toBe(
      '⇄ you offer ben [4] Blue bike for 180.00 EUR in answer to [3]\n    No.',
    );
  });

  it('tells how it stands, and who has completed it', () => {
    expect(renderOfferUpdate(view, { ...offer, status: 'accepted' })).toBe(
      '⇄ [3] Blue bike for 180.00 EUR is now accepted',
    );
    expect(renderOfferUpdate(view, { ...offer, status: 'accepted', completedBy: [ana.id] })).toBe(
      '⇄ [3] Blue bike for 180.00 EUR is now accepted, completed for you',
    );
  });

  it('goes without a number where it has none', () => {
    expect(renderNewOffer({ ...view, offerLabel: () => '' }, { ...offer, terms: 'x' })).toBe(
      '⇄ ben offers you Blue bike for 180.00 EUR\n    x',
    );
  });
});
