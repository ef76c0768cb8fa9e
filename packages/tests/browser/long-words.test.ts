// Names, titles and terms of one long word, on the narrowest screen: nothing is written beyond it, or under a button.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { Person } from '../harness/people.ts';
import { bubble, card, heading, history, TELEPHONE } from './testing/sample-app.ts';
import { hasBrowser, openStage, talkPath, type Stage } from './testing/stage.ts';
import { atRest } from './testing/waiting.ts';

const NARROW = { ...TELEPHONE, viewport: { width: 320, height: 640 }, reducedMotion: 'reduce' } as const;
const WORD = 'Unabgebrochenes'.repeat(10);

describe.runIf(hasBrowser('long words in a browser'))('a long word', () => {
  let stage: Stage;
  let ana: Person;
  let ben: Person;
  let chiara: Person;
  let page: Page;

  beforeAll(async () => {
    stage = await openStage();
    ana = await stage.server.person('ana');
    ben = await stage.server.person(`ben${'n'.repeat(40)}`);
    chiara = await stage.server.person(`chiara${'a'.repeat(40)}`);
    page = await stage.page(ana, NARROW);
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  });
  afterEach(() => stage.check());

  it('stays on the screen where people are found and chosen', async () => {
    await page.getByRole('button', { name: 'New talk' }).click();
    await page.getByRole('button', { name: 'Make it a group' }).click();
    const search = page.getByLabel('Who with?');
    await search.fill(ben.username);
    await page.getByRole('button', { name: ben.username }).click();
    await page.getByRole('button', { name: `Leave out ${ben.username}` }).waitFor();
    await search.fill(chiara.username);
    await page.getByRole('button', { name: chiara.username }).waitFor();
    expect(await beyond(page)).toEqual([]);
    await page.keyboard.press('Escape');
  });

  it('stays on the screen in a talk, in its offers and in how they came about', async () => {
    const conversationId = await stage.talk(ana, ben);
    const terms = { title: WORD, terms: WORD, amount: 18_000, currency: 'EUR' };
    const { offer } = await ben.http.offers.create.mutate({ conversationId, ...terms });
    const at = { conversationId, offerId: offer.id };
    await ana.http.offers.update.mutate({ ...at, status: 'countered', counter: { amount: 21_000 } });
    const refused = { conversationId, title: `Not this ${WORD}`, terms: 'As seen' };
    const { offer: other } = await ben.http.offers.create.mutate(refused);
    await ana.http.offers.update.mutate({ conversationId, offerId: other.id, status: 'declined' });
    await page.goto(stage.server.url + talkPath(conversationId));
    await card(page, '€210.00').getByText('How it came to this').click();
    await atRest(page);
    expect(await beyond(page)).toEqual([]);
    await history(page).evaluate((frame) => frame.scrollTo(0, frame.scrollHeight));
    await history(page).getByText('You declined').waitFor();
    await atRest(page);
    expect(await beyond(page)).toEqual([]);
  });

  it('stays on the screen in a group, and who is there is not under a button', async () => {
    const { id } = await ana.http.conversations.create.mutate({
      participantIds: [ben.id, chiara.id],
      title: WORD,
    });
    await ben.http.messages.send.mutate({ conversationId: id, content: 'Who comes?' });
    await page.goto(stage.server.url + talkPath(id));
    await heading(page, WORD).waitFor();
    await bubble(page, 'Who comes?').waitFor();
    expect(await beyond(page)).toEqual([]);
    const there = await page.getByText('3 people,').boundingBox();
    const offer = await page.getByRole('button', { name: 'Make an offer' }).boundingBox();
    expect((there?.x ?? 0) + (there?.width ?? 0)).toBeLessThan(offer?.x ?? 0);
  });
});

/** What is written beyond the screen, but for what ends in dots there and what is read out alone. */
const beyond = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found = new Set<string>();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
      const place = text.parentElement;
      if (place === null || !place.checkVisibility() || place.closest('.sr-only, .truncate') !== null)
        continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const { left, right } = range.getBoundingClientRect();
      if (left < 0 || right > innerWidth) found.add(place.textContent);
    }
    return [...found];
  });
