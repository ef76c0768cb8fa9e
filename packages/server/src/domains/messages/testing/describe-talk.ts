import { beforeEach } from 'vitest';

import type { Caller } from '../../../core/caller.ts';
import type { PrismaClient } from '../../../generated/prisma/client.ts';
import { createConversation } from '../../conversations/conversations.ts';
import { describeStage } from '../../testing/describe-stage.ts';
import type { Stage } from '../../testing/stage.ts';
import { deleteMessage, editMessage } from '../changes.ts';
import { listMessages, sendMessage } from '../messages.ts';
import { react } from '../reactions.ts';

/** What the tests of a description share, made anew before each. */
export interface Talking {
  readonly stage: Stage;
  readonly db: PrismaClient;
  /** Owner of the group, a member, another member, and someone outside it. */
  readonly ana: Caller;
  readonly ben: Caller;
  readonly cem: Caller;
  readonly eve: Caller;
  readonly group: string;
  readonly say: (who: Caller, content: string, more?: SayOptions) => ReturnType<typeof sendMessage>;
  readonly edit: (who: Caller, messageId: string, content: string) => ReturnType<typeof editMessage>;
  readonly remove: (who: Caller, messageId: string) => ReturnType<typeof deleteMessage>;
  readonly react: (who: Caller, messageId: string, emoji: string, on?: boolean) => ReturnType<typeof react>;
  readonly list: (who: Caller) => Promise<Awaited<ReturnType<typeof listMessages>>['items']>;
}

interface SayOptions {
  conversationId?: string;
  attachments?: string[];
  replyToId?: string;
  clientId?: string;
}

/** Describes something that is done to messages, in a group of three, on each kind of database. */
export function describeTalk(name: string, tests: (talking: Talking) => void): void {
  describeStage(name, (stage, database) => {
    const talking = {} as Talking;
    beforeEach(async () => void Object.assign(talking, await createTalk(stage, database.prisma)));
    tests(talking);
  });
}

async function createTalk(stage: Stage, db: PrismaClient): Promise<Talking> {
  const { services } = stage;
  const [ana, ben, cem, eve] = [
    await stage.person('ana'),
    await stage.person('ben'),
    await stage.person('cem'),
    await stage.person('eve'),
  ];
  const participantIds = [ben.id, cem.id];
  const { id: group } = await createConversation(services, ana, { participantIds, title: 'Group' });
  return {
    stage,
    db,
    ana,
    ben,
    cem,
    eve,
    group,
    say: (who, content, more) =>
      sendMessage(services, who, { conversationId: group, content, attachments: [], ...more }),
    edit: (who, messageId, content) => editMessage(services, who, { messageId, content }),
    remove: (who, messageId) => deleteMessage(services, who, { messageId }),
    react: (who, messageId, emoji, on = true) => react(services, who, { messageId, emoji, on }),
    list: async (who) =>
      (await listMessages(services, who, { conversationId: group, limit: 100, direction: 'older' })).items,
  };
}
