// The machine's own Chromium, without a window.
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

import { chromium, type Browser } from 'playwright-core';

import { searchPath } from './search-path.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const USUAL_PLACES = ['/usr/bin', '/usr/local/bin', '/snap/bin', '/opt/google/chrome'];
const FLAGS = [
  '--headless',
  // A root user, as in most containers, has no sandbox.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Where Chromium is: `PARLEY_TEST_CHROMIUM`, or on PATH, or in the usual places.
 *
 * @returns undefined on a machine without it, and says what is left out; with `CI=true` it throws.
 */
export function findChromium(leftOut: string): string | undefined {
  const directories = [...searchPath(), ...USUAL_PLACES];
  const given = process.env['PARLEY_TEST_CHROMIUM'];
  const places = directories.flatMap((directory) => NAMES.map((name) => join(directory, name)));
  const found = (given === undefined ? places : [given]).find(isExecutable);
  if (found !== undefined) return found;
  if (process.env['CI'] === 'true') throw new Error('Chromium is needed when CI=true: install it');
  process.stdout.write(`Left out: ${leftOut}, because this machine has no Chromium.\n`);
  return undefined;
}

export function openBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: FLAGS, timeout: 60_000 });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
