// The built sample app on a real server, and the machine's own Chromium.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { ParleyOptions } from '@parley/server';
import type { Browser } from 'playwright-core';

import { databases } from '../../../server/src/core/testing/databases.ts';
import { openBrowser } from '../../harness/browser.ts';
import { startServer, type TestServer } from '../../harness/server.ts';

const webDirectory = fileURLToPath(new URL('../../../../apps/web/dist', import.meta.url));

export interface BuiltApp extends AsyncDisposable {
  readonly server: TestServer;
  readonly browser: Browser;
}

/** @param executable Chromium's, as `findChromium` gives it */
export async function openBuiltApp(
  executable: string | undefined,
  options: ParleyOptions = {},
): Promise<BuiltApp> {
  const [kind] = databases();
  if (!existsSync(webDirectory)) throw new Error('The sample app is not built: run `pnpm build` first');
  if (kind === undefined || executable === undefined) throw new Error('Nothing to run on');
  const server = await startServer(kind, { webDirectory, ...options });
  const browser = await openBrowser(executable);
  return {
    server,
    browser,
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server[Symbol.asyncDispose]();
    },
  };
}
