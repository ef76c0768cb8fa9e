import type { OfferAction } from '@parley/contract';

import type { DemoName } from './people.ts';

interface Line {
  from: DemoName;
  hoursAgo: number;
  text: string;
}

interface Deal {
  from: DemoName;
  to: DemoName;
  title: string;
  terms: string;
  amount?: number;
  currency?: string;
  /** What happened to it, in order. */
  answers?: { by: DemoName; status: Exclude<OfferAction, 'countered'> }[];
  /** A counter-offer, left open. */
  counter?: { by: DemoName; terms: string; amount: number };
}

export interface DemoTalk {
  people: [DemoName, ...DemoName[]];
  title?: string;
  subject?: string;
  lines: Line[];
  deals: Deal[];
  /** Who has read everything. */
  readBy: DemoName[];
}

/** What the people of the demo have said and agreed on. */
export const DEMO_TALKS: DemoTalk[] = [
  {
    people: ['ana', 'ben'],
    subject: 'Blue touring bike',
    lines: [
      { from: 'ben', hoursAgo: 51, text: 'Hi Ana, is the blue touring bike still there?' },
      {
        from: 'ana',
        hoursAgo: 50,
        text: 'It is! New chain last spring, and the tyres have hardly been used.',
      },
      { from: 'ben', hoursAgo: 50, text: 'What frame size? I am 1.84 m.' },
      { from: 'ana', hoursAgo: 49, text: '58 cm, so it should fit you well. Come and try it any evening.' },
      {
        from: 'ben',
        hoursAgo: 26,
        text: 'Tried it, loved it. Would you take a little less if I fetch it today?',
      },
      { from: 'ana', hoursAgo: 25, text: 'Make me an offer :)' },
    ],
    deals: [
      {
        from: 'ben',
        to: 'ana',
        title: 'Blue touring bike',
        terms: 'I fetch it this evening and pay in cash.',
        amount: 18_000,
        currency: 'EUR',
        counter: { by: 'ana', terms: 'This evening is fine. With the panniers.', amount: 21_000 },
      },
    ],
    readBy: ['ana'],
  },
  {
    people: ['ana', 'chiara'],
    subject: 'Bread for pottery',
    lines: [
      { from: 'chiara', hoursAgo: 100, text: 'Your bowls at the market were lovely. Do you teach?' },
      { from: 'ana', hoursAgo: 99, text: 'Small groups, Thursdays. And you bake?' },
      { from: 'chiara', hoursAgo: 98, text: 'Sourdough, twice a week. Fancy a swap?' },
    ],
    deals: [
      {
        from: 'chiara',
        to: 'ana',
        title: 'Bread for pottery',
        terms: 'Two loaves a week for a month, for four evenings at the wheel.',
        answers: [{ by: 'ana', status: 'accepted' }],
      },
    ],
    readBy: ['ana', 'chiara'],
  },
  {
    people: ['ben', 'deniz'],
    subject: 'Cabin by the lake',
    lines: [
      { from: 'ben', hoursAgo: 240, text: 'Is the cabin free on the second weekend of the month?' },
      { from: 'deniz', hoursAgo: 239, text: 'Yes. Two nights, firewood included.' },
      { from: 'ben', hoursAgo: 72, text: 'It was wonderful, thank you. Keys are back under the stone.' },
    ],
    deals: [
      {
        from: 'deniz',
        to: 'ben',
        title: 'Cabin, two nights',
        terms: 'Friday to Sunday, firewood included.',
        amount: 24_000,
        currency: 'EUR',
        answers: [
          { by: 'ben', status: 'accepted' },
          { by: 'ben', status: 'completed' },
          { by: 'deniz', status: 'completed' },
        ],
      },
    ],
    readBy: ['ben', 'deniz'],
  },
  {
    people: ['deniz', 'ana', 'ben', 'chiara'],
    title: 'Saturday market',
    lines: [
      { from: 'deniz', hoursAgo: 30, text: 'Who comes on Saturday? I have the big stall again.' },
      { from: 'chiara', hoursAgo: 29, text: 'Me, with forty loaves.' },
      { from: 'ana', hoursAgo: 28, text: 'I have bowls and one bicycle, if Ben does not buy it first.' },
      { from: 'ben', hoursAgo: 2, text: 'Working on it.' },
    ],
    deals: [
      {
        from: 'ana',
        to: 'deniz',
        title: 'Half of the stall',
        terms: 'I take the left half and help with packing up.',
        amount: 3_000,
        currency: 'EUR',
        answers: [{ by: 'deniz', status: 'declined' }],
      },
    ],
    readBy: ['deniz'],
  },
  {
    people: ['emeka', 'ana'],
    subject: 'Guitar lessons',
    lines: [
      { from: 'emeka', hoursAgo: 7, text: 'Hello Ana, Chiara says that you look for a guitar teacher.' },
      { from: 'emeka', hoursAgo: 7, text: 'I have Tuesday evenings left.' },
    ],
    deals: [
      {
        from: 'emeka',
        to: 'ana',
        title: 'Five guitar lessons',
        terms: 'Tuesdays at seven, at your place.',
        amount: 12_500,
        currency: 'EUR',
        answers: [{ by: 'emeka', status: 'withdrawn' }],
      },
      {
        from: 'emeka',
        to: 'ana',
        title: 'Five guitar lessons',
        terms: 'Tuesdays at seven, online; the first one is a present.',
        amount: 9_000,
        currency: 'EUR',
      },
    ],
    readBy: ['emeka'],
  },
];
