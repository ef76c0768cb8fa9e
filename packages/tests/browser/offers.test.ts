// Offers where two act at once: one wins, and the other is told who.
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Person } from '../harness/people.ts';
import { Proxy } from '../harness/proxy.ts';
import { card, composer, message, say } from './testing/sample-app.ts';
import { hasBrowser, openStage, talkPath, type Stage } from './testing/stage.ts';
import { SOON } from './testing/waiting.ts';

const OPEN_MOVES = /^(Accept|Counter|Decline|Withdraw)/;

describe.runIf(hasBrowser('offers in a browser'))('an offer in two browsers', () => {
  let stage: Stage;
  let ana: Person;
  let ben: Person;
  let hers: Page;
  let his: Page;
  let conversationId: string;

  beforeAll(async () => {
    stage = await openStage();
    [ana, ben] = [await stage.server.person('ana'), await stage.server.person('ben')];
    // The one who comes late is refused, which the browser says too.
    hers = await stage.page(ana, { loses: true });
    his = await stage.page(ben, { loses: true });
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    conversationId = await stage.talk(ana, ben);
    await Promise.all(
      [hers, his].map((page) => page.goto(new URL(talkPath(conversationId), page.url()).href)),
    );
  });
  afterEach(() => stage.check());

  const offers = async () =>
    (await ana.http.offers.list.query({ conversationId })).items.map(({ status, version }) => [
      status,
      version,
    ]);
  async function propose(title: string): Promise<void> {
    await ana.http.offers.create.mutate({
      conversationId,
      title,
      terms: 'As seen',
      amount: 21_000,
      currency: 'EUR',
    });
    await card(his, title).getByRole('button', { name: 'Accept' }).waitFor();
    await card(hers, title).getByRole('button', { name: 'Withdraw' }).waitFor();
  }

  it.each([1, 2, 3])('is accepted or withdrawn, never both, when both press at once (%i)', async (round) => {
    const title = `Bike ${round}`;
    await propose(title);
    await pressAtOnce(
      card(his, title).getByRole('button', { name: 'Accept' }),
      card(hers, title).getByRole('button', { name: 'Withdraw' }),
    );
    await expect.poll(offers, SOON).not.toEqual([['pending', 1]]);
    const [[status, version] = []] = await offers();
    expect(['accepted', 'withdrawn']).toContain(status);
    expect(version).toBe(2);
    for (const page of [hers, his]) {
      await card(page, title)
        .getByText(status === 'accepted' ? 'Accepted' : 'Withdrawn', { exact: true })
        .waitFor();
      expect(await card(page, title).getByRole('button', { name: OPEN_MOVES }).count()).toBe(0);
    }
  });

  it('tells the one who was late that the other was faster', async () => {
    await using line = await Proxy.open(() => [Number(new URL(stage.server.url).port)]);
    const slow = await stage.page(ana, {
      at: `http://127.0.0.1:${line.port}`,
      path: talkPath(conversationId),
      loses: true,
    });
    await propose('Sofa');
    const withdraw = card(slow, 'Sofa').getByRole('button', { name: 'Withdraw' });
    await withdraw.waitFor();
    // Nothing is told over her line until she has pressed, and what she presses comes second.
    line.weather = { paused: true };
    await card(his, 'Sofa').getByRole('button', { name: 'Accept' }).click();
    await expect.poll(offers, SOON).toEqual([['accepted', 2]]);
    await withdraw.click();
    line.weather = {};
    const late = card(slow, 'Sofa').getByRole('alert');
    await late.filter({ hasText: `Someone was faster: ${ben.username} accepted “Sofa”` }).waitFor();
    await card(slow, 'Sofa').getByText('Accepted', { exact: true }).waitFor();
    expect(await card(his, 'Sofa').getByRole('alert').count()).toBe(0);
    expect(await offers()).toEqual([['accepted', 2]]);
    await slow.context().close();
  });

  it('is accepted once when a person presses in two tabs at once', async () => {
    await propose('Lamp');
    const other = await stage.tab(his, talkPath(conversationId));
    await card(other, 'Lamp').getByRole('button', { name: 'Accept' }).waitFor();
    await pressAtOnce(
      ...[his, other].map((page) => card(page, 'Lamp').getByRole('button', { name: 'Accept' })),
    );
    for (const page of [hers, his, other]) {
      await card(page, 'Lamp').getByText('Accepted', { exact: true }).waitFor();
      const told = page.getByRole('button', { name: /accepted “Lamp”/ });
      await expect.poll(() => told.count(), SOON).toBe(1);
    }
    expect(await offers()).toEqual([['accepted', 2]]);
    await other.close();
  });

  it('cannot be countered any more when the other has taken it back meanwhile, and the dialog says so', async () => {
    await propose('Tent');
    await card(his, 'Tent').getByRole('button', { name: 'Counter' }).click();
    await his.getByLabel('Amount').fill('150');
    await card(hers, 'Tent').getByRole('button', { name: 'Withdraw' }).click();
    await his.getByText('This offer is not open any more').waitFor();
    expect(await his.getByRole('button', { name: 'Send the counter-offer' }).isDisabled()).toBe(true);
    await his.keyboard.press('Escape');
    await card(his, 'Tent').getByText('Withdrawn', { exact: true }).waitFor();
    expect(await offers()).toEqual([['withdrawn', 2]]);
  });

  it('is countered once when both counter-offers and an acceptance are under way at once', async () => {
    await propose('Desk');
    await card(his, 'Desk').getByRole('button', { name: 'Counter' }).click();
    await his.getByLabel('Amount').fill('180');
    const other = await stage.tab(his, talkPath(conversationId));
    await card(other, 'Desk').getByRole('button', { name: 'Accept' }).waitFor();
    await pressAtOnce(
      his.getByRole('button', { name: 'Send the counter-offer' }),
      card(other, 'Desk').getByRole('button', { name: 'Accept' }),
    );
    await expect
      .poll(async () => (await offers()).map(([status]) => status), SOON)
      .toSatisfy((found: string[]) =>
        ['accepted', 'countered,pending', 'pending,countered'].includes(found.join(',')),
      );
    await other.close();
  });

  it('runs out before everyone’s eyes when its time is over', async () => {
    await Promise.all([hers, his].map((page) => composer(page).waitFor()));
    const created = ana.http.offers.create.mutate({
      conversationId,
      title: 'Tickets',
      terms: 'Today only',
      expiresAt: new Date(Date.now() + 8_000),
    });
    const counting = card(his, 'Tickets').getByText(/Expires in 0:0[1-8]/);
    await Promise.all([created, counting.waitFor()]);
    for (const page of [hers, his]) {
      await card(page, 'Tickets').getByText('Expired', { exact: true }).waitFor();
      expect(await card(page, 'Tickets').getByRole('button', { name: OPEN_MOVES }).count()).toBe(0);
    }
    await say(his, 'Too late');
    await message(hers, 'Too late').waitFor();
  });
});

/** Without waiting for either: one may be gone as soon as the other has been pressed. */
async function pressAtOnce(...buttons: Locator[]): Promise<void> {
  const pressed = await Promise.all(buttons.map((button) => button.elementHandle()));
  await Promise.all(pressed.map((button) => button?.evaluate((it) => (it as HTMLElement).click())));
}
