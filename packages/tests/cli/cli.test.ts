// The terminal client against a real server: every command is a process of its own.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type {
  Conversation,
  ConversationPage,
  CreatedOffer,
  MarkedRead,
  MessagePage,
  OfferPage,
  Presence,
  SentMessage,
  UpdatedOffer,
  User,
  UserPage,
} from '@parley/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { databases } from '../../server/src/core/testing/databases.ts';
import { freePort } from '../harness/free-port.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { Command, Terminal } from './terminal.ts';

const PASSWORD = 'correct horse battery';
const [kind] = databases();
if (kind === undefined) throw new Error('there is no database');

let directory: string;
let server: TestServer;
let ana: Terminal;
let ben: Terminal;
let talk: string;

/** A session file in which nobody is signed in. */
const terminal = (name: string, url = server.url) =>
  new Terminal({ PARLEY_URL: url, PARLEY_SESSION: join(directory, `${name}.json`) });

async function signedUp(name: string, url = server.url): Promise<Terminal> {
  const person = terminal(`${name}-${new URL(url).port}`, url);
  const account = ['--email', `${name}@parley.test`, '--username', name, '--password', PASSWORD];
  await person.json('register', ...account);
  return person;
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'parley-cli-'));
  server = await startServer(kind);
  [ana, ben] = await Promise.all([signedUp('ana'), signedUp('ben')]);
  talk = (await ana.json<Conversation>('open', 'ben', '--subject', 'A bike')).id;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

describe('signing in', () => {
  it('keeps the session for its owner, and shows its tokens to nobody', async () => {
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
    await using command = terminal('piped').start('login', '--email', 'ana@parley.test');
    command.type(PASSWORD);
    const { exitCode, stdout } = await command.ended();
    expect([exitCode, stdout]).toEqual([0, `Signed in as ana at ${server.url}\n`]);
  });

  it('shows a session to no other server', async () => {
    const elsewhere = `http://127.0.0.1:${await freePort()}`;
    expect(await ana.failure('whoami', '--url', elsewhere)).toMatchObject({
      exitCode: 1,
      error: { reason: 'unauthenticated' },
    });
  });

  it('is renewed by itself, once for all commands that run', async () => {
    await using brief = await startServer(kind, { accessTokenSeconds: 30 });
    const person = await signedUp('ana', brief.url);
    for (let round = 0; round < 2; round += 1) {
      const all = await Promise.all([1, 2, 3].map(() => person.json<User>('whoami')));
      expect(all.map(({ username }) => username)).toEqual(['ana', 'ana', 'ana']);
    }
  });
});

describe('two people at two terminals', () => {
  it('see what the other does, as it happens', async () => {
    await using watch = ana.start('watch', talk, '--json');
    await watch.event('joined');

    expect(await ben.json('typing', talk)).toEqual({ success: true });
    expect((await watch.event('typing')).payload).toMatchObject({ username: 'ben', isTyping: true });

    const { message } = await ben.json<SentMessage>('send', talk, 'two', 'words', '--client-id', 'once');
    const again = await ben.json<SentMessage>('send', talk, 'two', 'words', '--client-id', 'once');
    expect(again.message.id).toBe(message.id);
    expect(await watch.event('message')).toMatchObject({
      id: String(message.seq),
      payload: { id: message.id, content: 'two words', createdAt: message.createdAt },
    });

    expect(await ben.json<MarkedRead>('read', talk)).toMatchObject({ success: true });
    expect((await watch.event('read')).payload).toMatchObject({ seq: message.seq });

    const reply = await ana.json<SentMessage>('send', talk, '--reply-to', message.id, '--', '--dashes');
    expect(reply.message).toMatchObject({ content: '--dashes', replyToId: message.id });
    const { items } = await ben.json<MessagePage>('history', talk, '--limit', '1');
    expect(items).toEqual([reply.message]);
    await watch.event('message', 2);

    watch.signal('SIGINT');
    expect((await watch.ended()).exitCode).toBe(0);
    expect(watch.values<{ type: string }>().filter(({ type }) => type === 'message')).toHaveLength(2);
  });

  it('edit, react to and delete messages', async () => {
    await using watch = ana.start('watch', talk, '--json');
    await using inbox = ana.start('inbox', '--json');
    await Promise.all([watch.event('joined'), inbox.event('connected')]);
    const { message } = await ben.json<SentMessage>('send', talk, 'helo');
    const edited = await ben.json<SentMessage>('edit', talk, `#${message.seq}`, 'hello', 'there');
    expect(edited.message).toMatchObject({ id: message.id, content: 'hello there' });
    expect(edited.message.editedAt).not.toBeNull();
    expect(await ben.json('react', talk, message.id, '👍')).toEqual({ success: true });
    const { items } = await ben.json<MessagePage>('history', talk, '--limit', '1');
    expect(items[0]?.reactions).toMatchObject([{ emoji: '👍' }]);
    expect(await ben.json('react', talk, String(message.seq), '👍', 'off')).toEqual({ success: true });
    expect(await ana.failure('edit', talk, message.id, 'x')).toMatchObject({
      exitCode: 1,
      error: { reason: 'not_message_author' },
    });
    const deleted = await ben.json<SentMessage>('delete', talk, String(message.seq));
    expect(deleted.message).toMatchObject({ id: message.id, content: '' });
    for (const live of [watch, inbox]) {
      expect((await live.event('message-edited')).payload).toMatchObject({ content: 'hello there' });
      expect((await live.event('message-deleted')).payload).toMatchObject({ id: message.id });
    }
    expect((await watch.event('reaction', 2)).payload).toMatchObject({ emoji: '👍', on: false });
    expect(await ben.failure('delete', talk, '999')).toMatchObject({
      exitCode: 1,
      error: { reason: 'message_not_found' },
    });
  });

  it('change who is in a group, and what they are there', async () => {
    const cem = await signedUp('cem');
    const group = await ana.json<Conversation>('open', 'ben', '--title', 'Trip');
    await using watch = ana.start('watch', group.id);
    await using inbox = cem.start('inbox', '--json');
    await Promise.all([watch.shows('in the room'), inbox.event('connected')]);
    const added = await ana.json<Conversation>('add', group.id, 'cem');
    const names = added.participants.map(({ user }) => user.username);
    expect(names.toSorted()).toEqual(['ana', 'ben', 'cem']);
    expect(await ana.json('role', group.id, 'ben', 'admin')).toEqual({ success: true });
    expect(await ben.json('rename', group.id, 'A', 'walk')).toEqual({ success: true });
    expect(await ben.json('remove', group.id, 'cem')).toEqual({ success: true });
    expect(await ana.failure('leave', group.id)).toMatchObject({
      exitCode: 1,
      error: { reason: 'last_owner' },
    });
    expect(await ben.json('leave', group.id)).toEqual({ success: true });
    for (const line of [
      '+ you added cem',
      'you made ben an admin',
      'ben named the group “A walk”',
      '− ben removed cem',
      '− ben left the group',
    ])
      await watch.shows(line);
    expect((await inbox.event('conversation-removed')).payload).toMatchObject({ conversationId: group.id });
    expect(await cem.failure('history', group.id)).toMatchObject({ error: { reason: 'not_a_participant' } });
  });

  it('are told what is so by then', async () => {
    const eva = await signedUp('eva');
    expect((await eva.run('talks')).stdout).toBe('no talks yet\n');
    const { id } = await ana.json<Conversation>('open', 'ben', '--title', 'Hike');
    const { message } = await ana.json<SentMessage>('send', id, 'up there');
    const told: [Terminal, string[], string][] = [
      [ana, ['react', id, String(message.seq), '👍'], '👍 is on the message'],
      [ana, ['react', id, String(message.seq), '👍', 'off'], '👍 is off the message'],
      [ana, ['add', id, '@eva'], 'eva is in the group'],
      [ana, ['role', id, 'ben', 'admin'], 'ben is an admin'],
      [ben, ['rename', id, 'A', 'walk'], 'the group is called “A walk”'],
      [ben, ['remove', id, 'eva'], 'eva is no longer in the group'],
      [ana, ['add', id, 'eva', 'ben'], 'eva and ben are in the group'],
      [ben, ['leave', id], 'You have left the group'],
    ];
    for (const [person, args, line] of told)
      expect(await person.run(...args)).toEqual({ exitCode: 0, stdout: `${line}\n`, stderr: '' });
    expect((await ana.run('add', id, 'eva', 'zed')).stderr).toBe(
      'user_not_found: There is nobody called zed\n',
    );
    expect(await ana.failure('open', 'zed')).toMatchObject({
      error: { reason: 'user_not_found', code: 'NOT_FOUND' },
    });
  });

  it('agree on an offer', async () => {
    await using watch = ben.start(
      'watch',
      talk,
      '--json',
      '--only',
      'joined,offer-created,offer-update',
      '--count',
      '6',
    );
    await using inbox = ben.start('inbox', '--json');
    await Promise.all([watch.event('joined'), inbox.event('connected')]);
    const terms = ['--title', 'Bike', '--terms', 'As it is', '--amount', '18050', '--currency', 'EUR'];
    const { offer } = await ana.json<CreatedOffer>('offer', talk, ...terms, '--expires', '2d');
    expect(offer).toMatchObject({ amount: 18_050, status: 'pending', version: 1 });
    expect((await inbox.event('new-offer')).payload).toMatchObject({ offerId: offer.id });

    const countered = await ben.json<UpdatedOffer>(
      'counter',
      talk,
      offer.id,
      '--amount',
      '17000',
      '--currency',
      'EUR',
    );
    const counter = countered.counterOffer;
    expect(countered.offer.status).toBe('countered');
    expect(counter).toMatchObject({ parentOfferId: offer.id, amount: 17_000, terms: 'As it is' });

    const ending = counter?.id.slice(-8) ?? '';
    expect(await ana.failure('accept', talk, ending, '--expected-version', '2')).toMatchObject({
      exitCode: 1,
      error: { reason: 'offer_changed', offer: { version: 1 } },
    });
    const accepted = await ana.json<UpdatedOffer>('accept', talk, ending, '--expected-version', '1');
    expect(accepted.offer).toMatchObject({ id: counter?.id, status: 'accepted' });
    expect(await ana.failure('accept', talk, ending)).toMatchObject({
      exitCode: 1,
      error: { reason: 'offer_not_open', code: 'CONFLICT', offer: { status: 'accepted' } },
    });
    expect((await inbox.event('offer-accepted')).payload).toMatchObject({ offerId: counter?.id });

    const { items } = await ben.json<OfferPage>('offers', talk, '--status', 'accepted');
    expect(items.map(({ id }) => id)).toEqual([counter?.id]);
    await ben.json('cancel', talk, ending);
    expect((await watch.ended()).exitCode).toBe(0);
    const [joined, ...told] = watch.values<{ type: string; payload: { offer: { status: string } } }>();
    expect(joined?.type).toBe('joined');
    expect(told.map(({ payload }) => payload.offer.status)).toEqual([
      ...['pending', 'countered', 'pending', 'accepted', 'cancelled'],
    ]);
  });

  it('find each other, and their talks', async () => {
    const { items: people } = await ana.json<UserPage>('people', 'BE');
    expect(people.map(({ username }) => username)).toEqual(['ben']);
    const { items: talks } = await ana.json<ConversationPage>('talks', '--limit', '10');
    expect(talks.map(({ id }) => id)).toContain(talk);
    expect((await ana.json<Conversation>('open', 'BEN', '--subject', 'A bike')).id).toBe(talk);
    expect(await ana.json<Presence[]>('presence', 'ben')).toMatchObject([{ userId: people[0]?.id }]);
    // A talk goes by the other's name where there is one, and by the end of its id.
    expect((await ben.json<SentMessage>('send', 'ana', 'by name')).message.conversationId).toBe(talk);
    expect((await ben.json<SentMessage>('send', talk.slice(-8), 'by ending')).message.conversationId).toBe(
      talk,
    );
  });

  it('miss nothing while the server restarts, or after they were away', async () => {
    await using watch = ana.start('watch', talk, '--json');
    const joined = await watch.event('joined');
    await ben.json('send', talk, 'before');
    await watch.event('message');
    await server.restart();
    await ben.json('send', talk, 'after');
    await watch.event('message', 2);
    watch.signal('SIGTERM');
    expect((await watch.ended()).exitCode).toBe(0);

    await using later = ana.start('watch', talk, '--json', '--after', joined.id, '--count', '3');
    await later.ended();
    const [first, ...messages] = later.values<{
      type: string;
      payload: { content?: string; resumed?: boolean };
    }>();
    expect(first).toMatchObject({ type: 'joined', payload: { resumed: true } });
    expect(messages.map(({ payload }) => payload.content)).toEqual(['before', 'after']);
  });
});

describe('a command that fails', () => {
  it('says why it was refused, and exits with 1', async () => {
    const refused: [string, ...string[]][] = [
      ['not_a_participant', 'history', 'no-such-talk'],
      ['not_a_participant', 'watch', '00000000-0000-7000-8000-000000000000'],
      ['user_not_found', 'open', 'nobody'],
      ['invalid_input', 'talks', '--limit', '101'],
      ['invalid_credentials', 'login', '--email', 'ana@parley.test', '--password', 'wrong'],
    ];
    const failures = await Promise.all(refused.map(([, ...args]) => ana.failure(...args)));
    expect(failures.map(({ exitCode, error }) => [exitCode, error.reason])).toEqual(
      refused.map(([reason]) => [1, reason]),
    );
  });

  it('says how it was used wrongly, and exits with 2', async () => {
    expect(await ana.failure('send', talk)).toMatchObject({ exitCode: 2, error: { reason: 'usage' } });
  });

  it('tells people in one line', async () => {
    const { exitCode, stdout, stderr } = await ana.run('send', talk, '');
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^invalid_input: .+content.+\n$/);
  });

  it('does not wait for a server that is not there', async () => {
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    await using gone = await startServer(kind);
    const person = await signedUp('ana', gone.url);
    await gone.parley.close();
    expect(await person.failure('talks')).toMatchObject({ exitCode: 1, error: { reason: 'unavailable' } });
    expect(
      await terminal('nowhere', nowhere).failure('login', '--email', 'a@b.test', '--password', 'x'),
    ).toMatchObject({
      exitCode: 1,
      error: { reason: 'unavailable' },
    });
  });
});

describe('talking by hand', () => {
  it('takes lines from a pipe as if typed, from signing in to leaving', async () => {
    await using watch = ana.start('watch', talk);
    await watch.shows('in the room');
    await using hand = terminal('by-hand').start();
    for (const line of ['ben@parley.test', PASSWORD, '/open ana | | A bike', 'hello by hand', '/typing'])
      hand.type(line);
    await hand.shows('you: hello by hand');
    await watch.shows('ben: hello by hand');
    await watch.shows('ben is typing …');

    const { message } = await ana.json<SentMessage>('send', talk, 'nice\u001B[2J', 'to see you');
    await hand.shows(`#${message.seq} `);
    await hand.shows('ana: nice␛[2J to see you');
    hand.type('/read');
    await watch.shows(`✓ ben read up to #${message.seq}`);

    await ana.json('react', talk, message.id, '👍');
    await hand.shows('ana put 👍 on ana “nice␛[2J to see you”');
    hand.type('a slip');
    await hand.shows('you: a slip');
    const [, slip = ''] = /#(\d+) \d\d:\d\d you: a slip/.exec(hand.stdout) ?? [];
    for (const line of [`/react ${slip} 🎉`, `/edit ${slip} a slip, mended`, `/delete ${slip}`])
      hand.type(line);
    await hand.shows(`you edited #${slip}: a slip, mended`);
    await hand.shows(`you deleted #${slip}`);
    await watch.shows(`ben deleted #${slip}`);
    await hand.shows('you put 🎉 on your “a slip”');

    hand.type('/offer Bell | A loud one | 3.50 EUR');
    await hand.shows(/⇄ you offer ana \[\d+\] Bell for 3.50 EUR\n {4}A loud one\n/);
    const { items } = await ana.json<OfferPage>('offers', talk, '--status', 'pending');
    await ana.json('counter', talk, items[0]?.id ?? '', '--amount', '400', '--currency', 'EUR');
    await hand.shows(/⇄ ana offers you \[\d+\] Bell for 4.00 EUR in answer to \[\d+\]/);
    const [, number = ''] = /offers you \[(\d+)\]/.exec(hand.stdout) ?? [];
    hand.type(`/accept ${number}`);
    await hand.shows(`[${number}] Bell for 4.00 EUR is now accepted`);

    for (const line of ['/close', 'to nobody', '/quit']) hand.type(line);
    const { exitCode, stdout } = await hand.ended();
    await watch.shows('← ben left the talk');
    expect(stdout).toContain('! no talk is open');
    // A line was refused, and a pipe wants to know.
    expect(exitCode).toBe(1);
  });

  it('runs a group, until one is taken out of it', async () => {
    const dan = await signedUp('dan');
    const { id } = await ana.json<Conversation>('open', 'ben', '--title', 'Choir');
    await ana.json('role', id, 'ben', 'owner');
    await using hand = ben.start();
    hand.type('/open ana | Band');
    await hand.shows(/── \[\d+\] Band ──/);
    for (const line of ['/add dan', '/role dan admin', '/rename Quartet', '/remove dan']) hand.type(line);
    for (const line of ['+ you added dan', 'you made dan an admin', '− you removed dan'])
      await hand.shows(line);
    await hand.shows('you named the group “Quartet”');
    expect((await dan.json<ConversationPage>('talks')).items).toEqual([]);
    hand.type('/talks');
    await hand.shows(/\[(\d+)\] {2}Choir/);
    const [, number = ''] = /\[(\d+)\] {2}Choir/.exec(hand.stdout) ?? [];
    hand.type(`/open ${number}`);
    await hand.shows(`── [${number}] Choir ──`);
    await ana.json('remove', id, 'ben');
    await hand.shows(`[${number}] Choir ana removed you`);
    hand.type('is anybody there');
    expect((await hand.endInput().ended()).stdout).toContain('! no talk is open');
  });

  it('tells closing a talk from leaving its group', async () => {
    const { id } = await ana.json<Conversation>('open', 'ben', '--title', 'Quiz');
    await using hand = ben.start();
    for (const line of [`/open ${id.slice(-8)}`, '/close', `/open ${id}`, '/leave', 'to nobody', '/talks'])
      hand.type(line);
    const { stdout } = await hand.endInput().ended();
    expect(stdout).toMatch(/── \[\d+\] Quiz ──[^]+Closed Quiz\n── \[\d+\] Quiz ──/);
    expect(stdout).toContain('\nYou have left the group “Quiz”\n! no talk is open');
    expect(stdout).not.toContain('you left');
    expect(await ben.failure('history', id)).toMatchObject({ error: { reason: 'not_a_participant' } });
  });

  it('names whoever is not there', async () => {
    await using hand = ben.start();
    for (const line of ['/open zed', '/open 99999999', '/open ana | Pair', '/add ana zed']) hand.type(line);
    const { stdout } = await hand.endInput().ended();
    expect(stdout.match(/! user_not_found: There is nobody called zed\n/g)).toHaveLength(2);
    expect(stdout).toContain('! there is no talk 99999999');
  });

  it('ends with its lines, and has shown what they did', async () => {
    await using hand = ben.start();
    for (const line of ['/people ana', `/open ana | | A lamp`, '/offers', 'the last line']) hand.type(line);
    const { exitCode, stdout, stderr } = await hand.endInput().ended();
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ana {2}\S+$/m);
    expect(stdout).toContain('\nNo offers yet.');
    expect(stdout).toMatch(/#\d+ \d\d:\d\d you: the last line\n$/);
  });

  it('needs someone', async () => {
    await using hand = new Command([], {
      PARLEY_URL: server.url,
      PARLEY_SESSION: join(directory, 'nobody.json'),
    });
    expect(await hand.endInput().ended()).toMatchObject({
      exitCode: 1,
      stderr: `unauthenticated: Nobody is signed in at ${server.url}; sign in with pnpm talk login --email … --password … --url ${server.url}\n`,
    });
  });
});
