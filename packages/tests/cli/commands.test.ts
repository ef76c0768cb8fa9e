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
  UserPage,
} from '@parley/contract';
import { describe, expect, it } from 'vitest';

import { freePort } from '../harness/free-port.ts';
import { startServer } from '../harness/server.ts';
import type { Terminal } from './terminal.ts';
import { twoTerminals } from './two-terminals.ts';

const stage = twoTerminals();

describe('two people at two terminals', () => {
  it('see what the other does, as it happens', async () => {
    const { ana, ben, talk } = stage;
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
    const { ana, ben, talk } = stage;
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
    const { signedUp, ana, ben } = stage;
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
    const { signedUp, ana, ben } = stage;
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
    const { ana, ben, talk } = stage;
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
    const { ana, ben, talk } = stage;
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
    const { server, ana, ben, talk } = stage;
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
    const { ana } = stage;
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
    const { ana, talk } = stage;
    expect(await ana.failure('send', talk)).toMatchObject({ exitCode: 2, error: { reason: 'usage' } });
  });

  it('tells people in one line', async () => {
    const { ana, talk } = stage;
    const { exitCode, stdout, stderr } = await ana.run('send', talk, '');
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^invalid_input: .+content.+\n$/);
  });

  it('does not wait for a server that is not there', async () => {
    const { kind, terminal, signedUp } = stage;
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
