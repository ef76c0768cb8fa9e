// @vitest-environment happy-dom
import { ParleyProvider, useConnection, useMessages, useOffers } from '@parley/client/react';
import { createTestServer, type TestServer } from '@parley/client/testing';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** The component of your application that is tested: here a small one. */
function Talk({ id }: { id: string }) {
  const { messages, send, retry } = useMessages(id);
  const { offers } = useOffers(id);
  const { state } = useConnection();
  const [refusal, setRefusal] = useState('');
  return (
    <main>
      <p>Connection: {state}</p>
      <ol>
        {messages.map(({ key, content, delivery, clientId }) => (
          <li key={key}>
            {content} {delivery}
            {delivery === 'failed' && <button onClick={() => retry(clientId ?? '')}>Retry</button>}
          </li>
        ))}
      </ol>
      <button onClick={() => void send('Hello').catch(() => undefined)}>Send</button>
      {offers.map((offer) => (
        <section key={offer.id}>
          {offer.title}: {offer.status}
          {offer.status === 'pending' && offer.role === 'recipient' && (
            <button
              onClick={() => void offer.moves.accept().catch((error: Error) => setRefusal(error.message))}
            >
              Accept
            </button>
          )}
        </section>
      ))}
      <p role="alert">{refusal}</p>
    </main>
  );
}

describe('a talk', () => {
  let server: TestServer<'ana' | 'ben'>;
  let conversationId: string;

  /** What Ana sees of a talk with Ben. */
  beforeEach(async () => {
    server = createTestServer({ users: ['ana', 'ben'] });
    const talk = server.conversation({
      participants: ['ana', 'ben'],
      messages: [{ from: 'ben', content: 'Is the bike still there?' }],
    });
    conversationId = talk.id;
    render(
      <ParleyProvider client={server.client('ana')}>
        <Talk id={conversationId} />
      </ParleyProvider>,
    );
    await screen.findByText(/Is the bike/);
  });
  afterEach(async () => {
    cleanup();
    await server.close();
  });

  it('shows what is sent offline at once, and sends it when the connection is back', async () => {
    server.faults.offline();
    await screen.findByText('Connection: waiting');
    fireEvent.click(screen.getByText('Send'));
    await screen.findByText('Hello queued');
    server.faults.online();
    await screen.findByText('Hello sent');
    const { items } = await server.as('ben').messages.list({ conversationId });
    expect(items.map(({ content }) => content)).toEqual(['Hello', 'Is the bike still there?']);
  });

  it('offers to retry what was refused', async () => {
    server.faults.refuse('messages.send', 'message_too_long');
    fireEvent.click(screen.getByText('Send'));
    fireEvent.click(await screen.findByText('Retry'));
    await screen.findByText('Hello sent');
    expect(server.calls.filter(({ path }) => path === 'messages.send')).toHaveLength(2);
  });

  it('does not send twice what was sent, when the answer is lost', async () => {
    server.faults.drop({ answers: 'messages.send' });
    fireEvent.click(screen.getByText('Send'));
    await screen.findByText('Hello sent', undefined, { timeout: 5_000 });
    const { items } = await server.as('ben').messages.list({ conversationId });
    expect(items).toHaveLength(2);
  });

  it('misses nothing, when an event is lost', async () => {
    const { messages } = server.as('ben');
    server.faults.drop({ events: 'message' });
    await messages.send({ conversationId, content: 'I can come today' });
    await messages.send({ conversationId, content: 'At six' });
    await screen.findByText(/At six/);
    expect(screen.getAllByRole('listitem').map(({ textContent }) => textContent.trim())).toEqual([
      'Is the bike still there?',
      'I can come today',
      'At six',
    ]);
  });

  it('tells who was too late to accept an offer how it stands', async () => {
    const { offers } = server.as('ben');
    const { offer } = await offers.create({ conversationId, title: 'Bike', terms: 'As it is' });
    const button = await screen.findByText('Accept');
    // Ana does not hear of it before she presses.
    server.faults.drop({ events: 'offer-update' });
    await offers.update({ conversationId, offerId: offer.id, status: 'withdrawn' });
    fireEvent.click(button);
    await screen.findByText('The offer is no longer open');
    await screen.findByText('Bike: withdrawn');
    expect(screen.queryByText('Accept')).toBeNull();
  });
});
