// A group in two browsers: who makes it, and who is added, removed and leaves.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { Person } from '../harness/people.ts';
import { composer, heading, message, say } from './testing/sample-app.ts';
import { hasBrowser, openStage, type Stage } from './testing/stage.ts';
import { dismiss, hasFocus, SOON, waitForMark } from './testing/waiting.ts';

describe.runIf(hasBrowser('groups in a browser'))('a group in a browser', () => {
  let stage: Stage;
  let ana: Person;
  let ben: Person;
  let chiara: Person;
  let hers: Page;
  let his: Page;

  beforeAll(async () => {
    stage = await openStage();
    ana = await stage.server.person('ana');
    ben = await stage.server.person('ben');
    chiara = await stage.server.person('chiara');
    [hers, his] = await Promise.all([stage.page(ana), stage.page(ben)]);
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  });
  afterEach(() => stage.check());

  const details = async (page: Page) => {
    await page.getByRole('button', { name: 'People and offers' }).click();
    await page.getByRole('dialog', { name: 'Group' }).waitFor();
  };
  const members = async () => {
    const { items } = await ana.http.conversations.list.query({});
    return items[0]?.participants.map(({ user }) => user.username).toSorted();
  };

  it('is made of people who were searched for, and is there for them at once', async () => {
    await hers.getByRole('button', { name: 'New talk' }).click();
    await hers.getByRole('button', { name: 'Make it a group' }).click();
    await hers.getByLabel('Title').fill('Flea market');
    await hers.getByLabel('Who with?').fill(ben.username);
    await hers.getByRole('button', { name: ben.username }).click();
    await hers.getByRole('button', { name: 'Create the group' }).click();
    await heading(hers, 'Flea market').waitFor();

    await his.getByRole('link', { name: 'Flea market' }).click();
    await composer(his).waitFor();
    await say(hers, 'Who brings a table?');
    await message(his, 'Who brings a table?').waitFor();
    expect(await members()).toEqual([ana.username, ben.username].toSorted());
  });

  it('has another name for everyone as soon as its owner has changed it', async () => {
    await details(hers);
    await hers.getByLabel('Title').fill('Saturday market');
    await hers.getByRole('button', { name: 'Rename' }).click();
    await heading(his, 'Saturday market').waitFor();
    await his.getByRole('link', { name: 'Saturday market' }).waitFor();
    await hers.keyboard.press('Escape');
    await heading(hers, 'Saturday market').waitFor();
    await details(his);
    expect(await his.getByRole('button', { name: 'Rename' }).count()).toBe(0);
    expect(await his.getByRole('button', { name: 'Add people' }).count()).toBe(0);
    await dismiss(his, his.getByRole('dialog'));
  });

  it('takes in who is added, and tells who is removed that it is over, without a word of what follows', async () => {
    await details(hers);
    await hers.getByRole('button', { name: 'Add people' }).click();
    await hers.getByLabel('Whom to add?').fill(chiara.username);
    await hers.getByRole('dialog').getByRole('button', { name: chiara.username }).click();
    await his.getByText('3 people,').waitFor();

    await hers.getByRole('button', { name: `What to do with ${ben.username}` }).click();
    await hers.getByRole('menuitem', { name: 'Remove from the group' }).click();
    await heading(his, 'Not one of your talks').waitFor();
    await his.getByRole('link', { name: 'Saturday market' }).waitFor({ state: 'detached' });
    expect(await composer(his).count()).toBe(0);
    await hers.getByRole('menu').waitFor({ state: 'detached' });
    // The button that had it is gone with him; who works by keyboard stays in the dialog.
    await dismiss(hers, hers.getByRole('dialog'));
    await hers.getByText('2 people,').waitFor();
    await say(hers, 'Between us');
    await waitForMark(hers, 'Between us', 'Sent');
    expect(await members()).toEqual([ana.username, chiara.username].toSorted());
    await his.getByRole('link', { name: 'All talks' }).last().click();
    await his.getByText('No talks yet').waitFor();
    expect(await message(his, 'Between us').count()).toBe(0);
  });

  it('keeps the focus in the dialog of whoever may not manage it any more', async () => {
    const { items } = await ana.http.conversations.list.query({});
    const conversationId = items[0]!.id;
    await ana.http.conversations.setRole.mutate({ conversationId, userId: chiara.id, role: 'owner' });
    await details(hers);
    await hers.getByRole('button', { name: `What to do with ${chiara.username}` }).press('Enter');
    await hers.getByRole('menu').waitFor();
    await chiara.http.conversations.setRole.mutate({ conversationId, userId: ana.id, role: 'member' });
    await hers.getByRole('menu').waitFor({ state: 'detached' });
    // The menu and its button are gone.
    await expect.poll(() => hasFocus(hers.getByRole('dialog')), SOON).toBe(true);
    await dismiss(hers, hers.getByRole('dialog'));
    await chiara.http.conversations.setRole.mutate({ conversationId, userId: ana.id, role: 'owner' });
    await ana.http.conversations.setRole.mutate({ conversationId, userId: chiara.id, role: 'member' });
  });

  it('is left after a question, by an owner once there is another one, and is out of the list then', async () => {
    const leave = async (answer: 'Leave' | 'Stay') => {
      await hers.getByRole('button', { name: 'Leave the group' }).click();
      await hers.getByRole('alertdialog').getByRole('button', { name: answer }).click();
      await hers.getByRole('alertdialog').waitFor({ state: 'detached' });
    };
    await details(hers);
    await leave('Stay');
    await leave('Leave');
    const refusal = 'The last owner must make someone else an owner first';
    await hers.getByText(refusal, { exact: true }).waitFor();
    await hers.getByRole('button', { name: `What to do with ${chiara.username}` }).click();
    await hers.getByRole('menuitemradio', { name: 'Owner' }).click();
    await hers.getByRole('menu').waitFor({ state: 'detached' });
    await expect
      .poll(() => hers.getByRole('dialog').getByText('Owner', { exact: true }).count(), SOON)
      .toBe(2);
    await leave('Leave');
    await hers.getByText('No talks yet').waitFor();
    await expect.poll(() => new URL(hers.url()).pathname, SOON).toBe('/');
    const left = async () => (await chiara.http.conversations.list.query({})).items[0]?.participants.length;
    await expect.poll(left, SOON).toBe(1);
  });
});
