import type { OfferAction } from '@parley/contract';

import type { DemoName } from '../people.ts';

/** Who says what, and how many hours before the demo begins. */
export type Line = readonly [
  from: DemoName,
  hoursAgo: number,
  text: string,
  more?: {
    /** The place of another line among those of the talk. */
    replyTo?: number;
    reactions?: readonly (readonly [by: DemoName, emoji: string])[];
  },
];

interface Price {
  /** In cents. */
  amount?: number;
  currency?: 'EUR';
}

/** What becomes of an offer. After a counter-offer, that one is meant. */
export type Answer = { by: DemoName; hoursAgo: number } & (
  | { status: Exclude<OfferAction, 'countered'> }
  | { status: 'countered'; terms: string; amount: number }
);

export interface Deal extends Price {
  from: DemoName;
  to: DemoName;
  hoursAgo: number;
  title: string;
  terms: string;
  /** Of the offer, not of those that counter it. One that is over has expired. */
  expiresInHours?: number;
  answers?: readonly Answer[];
}

export interface DemoTalk {
  people: readonly [DemoName, ...DemoName[]];
  title?: string;
  subject?: string;
  /** Lines and deals as they came. */
  steps: readonly (Line | Deal)[];
  /** Who has read everything; the others have read up to what they last said. */
  readBy: readonly DemoName[];
}

export const isLine = (step: Line | Deal): step is Line => Array.isArray(step);
