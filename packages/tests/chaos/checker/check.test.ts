// The judge is judged: each kind of fault, planted in a history without any, is found, and a clean history passes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { tell, valueOf } from '../testing/plant.ts';
import { PLANTED_DELIVERIES } from '../testing/planted-deliveries.ts';
import { PLANTED_ENDS } from '../testing/planted-ends.ts';
import { PLANTED_LEAKS } from '../testing/planted-leaks.ts';
import { PLANTED_OFFERS } from '../testing/planted-offers.ts';
import { Story } from '../testing/story.ts';
import { check } from './check.ts';

const PLANTED = [...PLANTED_DELIVERIES, ...PLANTED_LEAKS, ...PLANTED_OFFERS, ...PLANTED_ENDS];

const PEOPLE = ['ana', 'ben', 'cleo', 'dan', 'eve'];
const action = fc.record({
  what: fc.constantFrom(
    ...['send', 'send', 'retry', 'read', 'typing', 'offer', 'answer', 'answer', 'add', 'remove'],
    ...['edit', 'delete', 'react'],
    ...['deliver', 'deliver', 'deliver', 'reconnect'],
  ),
  who: fc.nat(4),
  whom: fc.nat(4),
  index: fc.nat(20),
});

function perform(
  story: Story,
  { what, who, whom, index }: typeof action extends fc.Arbitrary<infer A> ? A : never,
) {
  const [by = '', other = ''] = [PEOPLE[who], PEOPLE[whom]];
  const readers = story.readers();
  const reader = readers[index % readers.length] ?? '';
  if (what === 'deliver') return story.deliver(reader, 1 + (whom % 3));
  if (what === 'reconnect') return story.reconnect(reader);
  if (!story.members.has(by)) return undefined;
  switch (what) {
    case 'send':
      return story.send(by, `text ${index}`);
    case 'retry':
      return story.send(by, `text ${index}`, 1 + (index % 3));
    case 'edit':
      return story.edit(by, index, `edited ${whom}`);
    case 'delete':
      return story.delete(by, index);
    case 'react':
      return story.react(by, index, whom % 2 === 0);
    case 'read':
      return story.read(by);
    case 'typing':
      story.typing(by, true);
      return story.typing(by, false);
    case 'offer':
      return other !== by && story.members.has(other) ? story.offer(by, other) : undefined;
    case 'answer':
      return answer(story, index);
    case 'add':
      return story.members.has(other) ? undefined : story.addMember(by, other);
    default:
      return other !== by && story.members.size > 2 && story.members.has(other)
        ? story.removeMember(by, other)
        : undefined;
  }
}

function answer(story: Story, index: number): void {
  const offers = [...story.offers.values()];
  const offer = offers[index % Math.max(offers.length, 1)];
  if (offer === undefined || !story.members.has(offer.authorId) || !story.members.has(offer.recipientId))
    return;
  for (const reader of story.readers()) story.deliver(reader);
  if (offer.status === 'pending') {
    if (index % 3 === 0) story.answer(offer.authorId, offer.id, 'withdrawn');
    else story.answer(offer.recipientId, offer.id, index % 3 === 1 ? 'accepted' : 'declined');
  } else if (offer.status === 'accepted') story.answer(offer.authorId, offer.id, 'cancelled');
}

describe('the checker', () => {
  it('finds nothing in a clean history, and counts what it has checked', () => {
    const { violations, tally } = check(tell());
    expect(violations).toEqual([]);
    expect(tally).toMatchObject({
      acknowledged: 4,
      unknown: 1,
      resolved: { sent: 1, notSent: 0 },
      lost: 0,
      doubled: 0,
      outOfOrder: 0,
      other: 0,
    });
    expect(tally.deliveries).toBe(56);
  });

  it('lets those who come later begin where they came, and their watermarks begin anew', () => {
    const entries = tell();
    const added = valueOf(entries, 'dan/room-from-8', 'member-added');
    const typing = valueOf(entries, 'ben/room', 'typing');
    entries.splice(entries.indexOf(added), 0, {
      ...typing,
      reader: 'dan/room-from-8',
      id: '7',
      at: added.at,
    });
    for (const entry of entries)
      if (entry.kind === 'reader' && entry.reader === 'dan/room-from-8') entry.from = 0;
    expect(check(entries).violations).toEqual([]);

    const story = new Story(['ana', 'ben', 'cleo']);
    story.send('ana', 'one');
    for (const reader of story.readers()) story.deliver(reader);
    story.read('cleo');
    story.removeMember('ana', 'cleo');
    story.addMember('ana', 'cleo');
    story.reconnect('ben/room');
    expect(check(story.finish()).violations).toEqual([]);
  });

  it('lets those who have all come since an offer was made hear what becomes of it without its terms', () => {
    const story = new Story(['ana', 'ben', 'cleo']);
    story.offer('ben', 'ana');
    for (const userId of ['cleo', 'ben']) {
      story.removeMember('ana', userId);
      story.addMember('ana', userId);
    }
    story.removeMember('ben', 'ana');
    expect(check(story.finish()).violations).toEqual([]);
  });

  it('lets two signs of typing come close together where the first was written down late', () => {
    const entries = tell();
    const [begun, ended] = [
      valueOf(entries, 'ben/room', 'typing'),
      valueOf(entries, 'ben/room', 'typing', 1),
    ];
    ended.at = begun.at + 400;
    const isToldTwice = ({ what }: { what: string }) => what.includes('told twice');
    expect(check(entries).violations.some(isToldTwice)).toBe(true);
    entries.splice(entries.indexOf(begun), 0, { kind: 'stood-still', ms: 800, at: begun.at });
    expect(check(entries).violations.filter(isToldTwice)).toEqual([]);
  });

  it('finds nothing in long clean histories, whatever is done in whichever order', () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 50, maxLength: 400 }), (actions) => {
        const story = new Story(['ana', 'ben', 'cleo'], ['dan', 'eve']);
        for (const act of actions) perform(story, act);
        expect(check(story.finish()).violations).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it.each(PLANTED)('finds %s', (_name, harm, what, plant) => {
    const entries = tell();
    plant(entries);
    const found = check(entries).violations.filter((violation) => what.test(violation.what));
    expect(found.map((violation) => violation.harm)).toContain(harm);
    expect(found[0]?.evidence.length).toBeGreaterThan(0);
  });
});
