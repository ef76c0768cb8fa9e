import type { ClientId, Message } from '@parley/contract';

import type { OutboxEntry } from '../entry.ts';

interface Flight {
  entry: OutboxEntry;
  resolve: (message: Message) => void;
  reject: (error: Error) => void;
}

/** The other end of an outbox: keeps what is sent until a test answers it. */
export class FakePost {
  /** The clientId of each attempt. */
  readonly sent: ClientId[] = [];
  readonly #flights = new Map<ClientId, Flight>();

  readonly send = (entry: OutboxEntry): Promise<Message> => {
    this.sent.push(entry.clientId);
    return new Promise((resolve, reject) => this.#flights.set(entry.clientId, { entry, resolve, reject }));
  };

  answer(clientId: ClientId): void {
    const { entry, resolve } = this.#land(clientId);
    resolve(messageOf(entry));
  }

  refuse(clientId: ClientId, error: Error): void {
    this.#land(clientId).reject(error);
  }

  #land(clientId: ClientId): Flight {
    const flight = this.#flights.get(clientId);
    if (flight === undefined) throw new Error(`${clientId} is not on its way`);
    this.#flights.delete(clientId);
    return flight;
  }
}

let messages = 0;

/** As a server posts it. */
export function messageOf(entry: OutboxEntry): Message {
  messages += 1;
  const { clientId, conversationId, userId, draft } = entry;
  return {
    id: `message-${messages}`,
    seq: messages,
    conversationId,
    userId,
    user: { id: userId, username: userId, avatar: null },
    content: draft.content,
    attachments: [...(draft.attachments ?? [])],
    replyToId: draft.replyToId ?? null,
    clientId,
    reactions: [],
    createdAt: new Date(),
    editedAt: null,
    deletedAt: null,
  };
}
