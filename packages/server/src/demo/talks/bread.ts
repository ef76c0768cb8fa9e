import type { DemoTalk, Line } from './talk.ts';

const WEEK_H = 168;
/** Enough lines for a history that takes a while to scroll. */
const WEEKS = 44;

const LOAVES = ['rye', 'walnut', 'spelt', 'olive', 'seven seeds', 'potato', 'buckwheat'];
const PIECES = ['the blue bowl', 'a teapot', 'the tall vase', 'six cups', 'a butter dish'];
const NEWS = [
  'The oven was in a good mood this week.',
  'The starter has a name now. It is Gertrude.',
  'I was up at four. Never again, until Thursday.',
  'They asked for your bowls at the bakery.',
];
const ANSWERS = [
  'It did not live to see the evening.',
  'Half of it is gone, and I have only just come home.',
  'My neighbour says hello, and that she wants one too.',
  'Toast. Butter. Silence.',
];

const of = (list: readonly string[], week: number): string => list[week % list.length] ?? '';

/** What they write in one week, the weeks counted from the first. */
function linesOf(week: number): Line[] {
  const at = (WEEKS - week) * WEEK_H;
  const piece = of(PIECES, week);
  return [
    ['chiara', at - 20, `This week: ${of(LOAVES, week)}. ${of(NEWS, week)}`],
    ['ana', at - 19, 'Lovely. Shall I fetch it at six?'],
    ['chiara', at - 19, week % 3 === 0 ? 'Come at seven, the bus is late again.' : 'At six, as ever.'],
    ['ana', at - 2, of(ANSWERS, week), week % 5 === 0 ? { reactions: [['chiara', '😂']] } : {}],
    ['chiara', at + 30, `On Thursday I would go on with ${piece}.`],
    ['ana', at + 31, week % 2 === 0 ? 'It has dried well.' : 'The glaze has come, in both greens.'],
    ['chiara', at + 55, week % 4 === 0 ? `I fear for ${piece}. It leans.` : `I am rather proud of ${piece}.`],
    ['ana', at + 56, week % 4 === 0 ? 'Things that lean have character.' : 'You may well be.'],
  ];
}

/** A year of bread for pottery. */
export const BREAD_TALK: DemoTalk = {
  people: ['ana', 'chiara'],
  subject: 'Bread for pottery',
  steps: [
    ['chiara', (WEEKS + 1) * WEEK_H, 'Your bowls at the market were lovely. Do you teach?'],
    ['ana', (WEEKS + 1) * WEEK_H - 1, 'Small groups, Thursdays. And you bake?'],
    ['chiara', (WEEKS + 1) * WEEK_H - 2, 'Sourdough, twice a week. Fancy a swap?'],
    {
      from: 'chiara',
      to: 'ana',
      hoursAgo: (WEEKS + 1) * WEEK_H - 3,
      title: 'Bread for pottery',
      terms: 'A loaf a week for a year, for an evening at the wheel each week.',
      answers: [{ by: 'ana', hoursAgo: (WEEKS + 1) * WEEK_H - 4, status: 'accepted' }],
    },
    ...Array.from({ length: WEEKS - 1 }, (_, index) => linesOf(index))
      .flat()
      .toSorted((a, b) => b[1] - a[1]),
    ['chiara', 12, 'A year already! Another one?'],
  ],
  readBy: ['chiara', 'ana'],
};
