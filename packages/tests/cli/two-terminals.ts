// The terminal client against a real server: every command is a process of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Conversation } from '@parley/contract';
import { afterAll, beforeAll } from 'vitest';

import { databases, type DatabaseKind } from '../../server/src/core/testing/databases.ts';
import { PASSWORD } from '../harness/people.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { Terminal } from './terminal.ts';

export interface TwoTerminals {
  kind: DatabaseKind;
  server: TestServer;
  ana: Terminal;
  ben: Terminal;
  /** The id of the talk that they have about a bike. */
  talk: string;
  /** Where the session files are. */
  directory: string;
  /** With a session file in which nobody is signed in. */
  terminal: (name: string, url?: string) => Terminal;
  /** A new account, signed in. */
  signedUp: (name: string, url?: string) => Promise<Terminal>;
}

/** A server for the tests of a file, and two people who are signed in there. */
export function twoTerminals(): TwoTerminals {
  const [kind] = databases();
  const terminal = (name: string, url = stage.server.url) =>
    new Terminal({ PARLEY_URL: url, PARLEY_SESSION: join(stage.directory, `${name}.json`) });
  const signedUp = async (name: string, url = stage.server.url) => {
    const person = terminal(`${name}-${new URL(url).port}`, url);
    const account = ['--email', `${name}@parley.test`, '--username', name, '--password', PASSWORD];
    await person.json('register', ...account);
    return person;
  };
  const stage = { kind, terminal, signedUp } as TwoTerminals;
  beforeAll(async () => {
    stage.directory = mkdtempSync(join(tmpdir(), 'parley-cli-'));
    stage.server = await startServer(kind);
    [stage.ana, stage.ben] = await Promise.all([signedUp('ana'), signedUp('ben')]);
    stage.talk = (await stage.ana.json<Conversation>('open', 'ben', '--subject', 'A bike')).id;
  });
  afterAll(async () => {
    await stage.server[Symbol.asyncDispose]();
    rmSync(stage.directory, { recursive: true });
  });
  return stage;
}
