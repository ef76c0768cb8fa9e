// The sample app as its pages show it, and what people do there.
import type { Page } from 'playwright-core';

export const DESKTOP = { viewport: { width: 1280, height: 800 }, colorScheme: 'light' } as const;
export const TELEPHONE = {
  viewport: { width: 390, height: 844 },
  colorScheme: 'dark',
  hasTouch: true,
  isMobile: true,
} as const;

export const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
export const history = (page: Page) => page.getByRole('group', { name: 'Messages' });
/** Of what is shown of the history, in pixels. */
export const distanceToEnd = (page: Page): Promise<number> =>
  history(page).evaluate((frame) => frame.scrollHeight - frame.clientHeight - frame.scrollTop);
export const bubble = (page: Page, text: string) =>
  page.locator('[data-slot=message]').filter({ hasText: text });
export const message = (page: Page, text: string | RegExp) =>
  page.locator('[data-slot=message-text]').filter({ hasText: text });
export const card = (page: Page, text: string) => page.locator('[data-slot=offer]').filter({ hasText: text });
export const typing = (page: Page, name: string) =>
  page.getByRole('status').filter({ hasText: `${name} is typing` });
export const banner = (page: Page) => page.locator('main > [role=status]').first();
export const composer = (page: Page) => page.getByLabel('Message', { exact: true });

export async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press('Enter');
}

/** Chooses something from the menu of a message. */
export async function act(page: Page, text: string, action: string): Promise<void> {
  await bubble(page, text).hover();
  await bubble(page, text)
    .getByRole('button', { name: /^Actions/ })
    .click();
  await page.getByRole('menuitem', { name: action }).click();
}
