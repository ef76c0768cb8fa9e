import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import type { User } from '@parley/contract';
import { describe, expect, it } from 'vitest';

import { freePort } from '../harness/free-port.ts';
import { PASSWORD } from '../harness/people.ts';
import { startServer } from '../harness/server.ts';
import { twoTerminals } from './two-terminals.ts';

const stage = twoTerminals();

describe('signing in', () => {
  it('keeps the session for its owner, and shows its tokens to nobody', async () => {
    const { directory, server, terminal } = stage;
    const person = terminal('signing-in');
    const { stdout } = await person.run(
      'login',
      '--email',
      'ana@parley.test',
      '--password',
      PASSWORD,
      '--json',
    );
    const file = join(directory, 'signing-in.json');
    const kept = JSON.parse(readFileSync(file, 'utf8')) as { url: string; session: Record<string, string> };
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const shown = JSON.parse(stdout) as { user: User; accessTokenExpiresAt: string; url: string };
    expect(shown).toMatchObject({ user: { username: 'ana' }, url: server.url });
    expect(shown.accessTokenExpiresAt).toMatch(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/);
    expect(Object.keys(shown)).toHaveLength(3);
    expect(stdout).not.toContain(kept.session['accessToken']);
    expect(stdout).not.toContain(kept.session['refreshToken']);
    expect(await person.json<User>('whoami')).toMatchObject({ username: 'ana', email: 'ana@parley.test' });

    expect(await person.json('logout')).toEqual({ success: true });
    expect(await person.failure('whoami')).toMatchObject({
      exitCode: 1,
      error: { reason: 'unauthenticated' },
    });
  });

  it('reads the password from a pipe', async () => {
    const { server, terminal } = stage;
    await using command = terminal('piped').start('login', '--email', 'ana@parley.test');
    command.type(PASSWORD);
    const { exitCode, stdout } = await command.ended();
    expect([exitCode, stdout]).toEqual([0, `Signed in as ana at ${server.url}\n`]);
  });

  it('shows a session to no other server', async () => {
    const { ana } = stage;
    const elsewhere = `http://127.0.0.1:${await freePort()}`;
    expect(await ana.failure('whoami', '--url', elsewhere)).toMatchObject({
      exitCode: 1,
      error: { reason: 'unauthenticated' },
    });
  });

  it('is renewed by itself, once for all commands that run', async () => {
    const { kind, signedUp } = stage;
    await using brief = await startServer(kind, { accessTokenSeconds: 30 });
    const person = await signedUp('ana', brief.url);
    for (let round = 0; round < 2; round += 1) {
      const all = await Promise.all([1, 2, 3].map(() => person.json<User>('whoami')));
      expect(all.map(({ username }) => username)).toEqual(['ana', 'ana', 'ana']);
    }
  });
});
