// What a page has to load and to do for a talk: Parley's SDK beside socket.io-client and a store written by hand.
import { existsSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findChromium, openBrowser } from '../../tests/harness/browser.ts';
import { clientBout } from '../client/bout.ts';
import { buildPage, SDK } from '../client/page.ts';
import { textOf } from '../delivery/hall.ts';
import { KINDS, Pool, type SubjectKind } from '../delivery/pool.ts';
import { trialScenario, type Programme } from '../frame/trial-scenario.ts';
import type { Contestant } from '../frame/trial.ts';

const ABOUT = `
What does a page load and do that shows a talk? Both pages draw the newest fifty messages of one talk in the same way; one has Parley's SDK, the other socket.io-client and a store of a hundred lines that does what such an app needs: the newest page, each message once and in order, what was missed while the connection was away, older pages, and sends that are drawn at once and tried again.
`.trim();

const RATE = 50;
const FULL = { history: 10_000, seconds: 10 };
const QUICK = { history: 1_000, seconds: 1 };

interface Page {
  kind: SubjectKind;
  title: string;
  page: string;
}

const PAGES: readonly Page[] = [
  { kind: KINDS.parley, title: `${KINDS.parley.title}, SDK`, page: 'parley' },
  {
    kind: { ...KINDS.socketIo, entry: 'socket-io-talk' },
    title: `${KINDS.socketIo.title}, a store by hand`,
    page: 'socket-io',
  },
];

const nothing = (why: string): Programme => ({
  trials: [],
  leftOut: [`the client, ${why}`],
  [Symbol.asyncDispose]: () => Promise.resolve(),
});

export const client = trialScenario({
  title: 'Client',
  about: ABOUT,
  async prepare({ places }, { quick }) {
    const chromium = findChromium('the client in a browser');
    if (chromium === undefined) return nothing('because this machine has no Chromium');
    if (!existsSync(SDK)) return nothing('whose SDK is not built: run `pnpm build` first');
    const { history, seconds } = quick ? QUICK : FULL;
    const directory = await mkdtemp(join(tmpdir(), 'parley-pages-'));
    process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
    const pool = new Pool(places);
    const browser = await openBrowser(chromium);
    const contestant = ({ kind, title, page }: Page): Contestant => ({
      name: kind.name,
      title,
      async enter() {
        const { directory: pages, gzipBytes } = await buildPage(page, join(directory, page));
        const place = kind.keeps === true ? await pool.place() : {};
        const subject = await pool.start(kind, { ...place, pages, persists: true });
        const hall = pool.hall({ people: 2, perRoom: 2 });
        await subject.servant.ask('admit', hall);
        await subject.servant.ask('keep', { hall, events: history });
        const prefix = textOf('');
        return clientBout({ browser, subject, hall, prefix, gzipBytes, rate: RATE, events: RATE * seconds });
      },
    });
    return {
      trials: [
        {
          title: 'A talk in a browser',
          rows: [
            {
              name: 'size',
              title: 'Size of a page with one talk',
              unit: 'KiB of scripts that are loaded at once, minified and gzipped',
              goals: [{ than: 'socket-io', atMost: 1 }],
              digits: 1,
            },
            {
              name: 'first',
              title: 'First message on a phone',
              unit: 'Milliseconds from the navigation until the newest messages are in the page, for its next frame to paint; Chromium at a quarter of the speed, on a line of 1.6 Mbit/s and 150 ms there and back, for what comes over a socket too, with nothing of the page there yet',
              goals: [{ than: 'socket-io', atMost: 1 }],
            },
            {
              name: 'late',
              title: `Late frames at ${RATE} messages a second`,
              unit: `Of 1 000 frames those that took more than 25 ms and so missed the next, in a talk of ${history} messages; a message that is not drawn fails the run`,
              goals: [{ than: 'socket-io', atMost: 1 }],
              digits: 1,
            },
          ],
          contestants: PAGES.map(contestant),
          notes: [
            'Parley’s messages are sent and kept by its real server, Socket.IO’s are told from memory. Both pages come from one and the same host of files, within the server that the page talks to: it sends the scripts compressed, as the build has them beside the plain ones.',
          ],
        },
      ],
      leftOut: [],
      async [Symbol.asyncDispose]() {
        await browser.close();
        await pool[Symbol.asyncDispose]();
      },
    };
  },
});
