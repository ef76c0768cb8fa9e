import type { Conversation, ConversationPage, OfferPage, SentMessage } from '@parley/contract';
import { describe, expect, it } from 'vitest';

import { PASSWORD } from '../harness/people.ts';
import { twoTerminals } from './two-terminals.ts';

const stage = twoTerminals();

describe('talking by hand', () => {
  it('takes lines from a pipe as if typed, from signing in to leaving', async () => {
    const { terminal, ana, talk } = stage;
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
    const { signedUp, ana, ben } = stage;
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
    const { ana, ben } = stage;
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
    const { ben } = stage;
    await using hand = ben.start();
    for (const line of ['/open zed', '/open 99999999', '/open ana | Pair', '/add ana zed']) hand.type(line);
    const { stdout } = await hand.endInput().ended();
    expect(stdout.match(/! user_not_found: There is nobody called zed\n/g)).toHaveLength(2);
    expect(stdout).toContain('! there is no talk 99999999');
  });

  it('ends with its lines, and has shown what they did', async () => {
    const { ben } = stage;
    await using hand = ben.start();
    for (const line of ['/people ana', `/open ana | | A lamp`, '/offers', 'the last line']) hand.type(line);
    const { exitCode, stdout, stderr } = await hand.endInput().ended();
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ana {2}\S+$/m);
    expect(stdout).toContain('\nNo offers yet.');
    expect(stdout).toMatch(/#\d+ \d\d:\d\d you: the last line\n$/);
  });

  it('needs someone', async () => {
    const { server, terminal } = stage;
    await using hand = terminal('nobody').start();
    expect(await hand.endInput().ended()).toMatchObject({
      exitCode: 1,
      stderr: `unauthenticated: Nobody is signed in at ${server.url}; sign in with pnpm talk login --email … --password … --url ${server.url}\n`,
    });
  });
});
