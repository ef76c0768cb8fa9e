import type { Role } from '@parley/client';
import { Argument, type Command } from 'commander';

import { withClient, type Connected } from '../connect.ts';
import { plain } from '../plain.ts';
import type { SettingOf } from '../program.ts';
import { findMember, findTalk, withPeople } from '../references.ts';
import { withArticle } from '../render-events.ts';

const TALK = ['<talk>', 'a group'] as const;
const ROLES = ['owner', 'admin', 'member'] satisfies Role[];

interface Change {
  work: (talk: Connected & { conversationId: string }) => Promise<unknown>;
  /** What is so afterwards. */
  told: string;
}

/** Who belongs to a group, and what they are there. */
export function addMembers(program: Command, settingOf: SettingOf): void {
  const inTalk = async (ref: string, { work, told }: Change) => {
    const setting = settingOf();
    await withClient(setting, async (connected) => {
      const conversationId = await findTalk(connected.trpc, ref, connected.me);
      setting.output.value(await work({ ...connected, conversationId }), () => told);
    });
  };

  program
    .command('add')
    .description('add people to a group; they see what is written from then on')
    .argument(...TALK)
    .argument('<user...>', 'usernames or ids')
    .action((ref: string, users: string[]) =>
      inTalk(ref, {
        work: ({ trpc, conversationId }) =>
          withPeople(trpc, users, (userIds) =>
            trpc.conversations.addMembers.mutate({ conversationId, userIds }),
          ),
        told: `${users.map(called).join(' and ')} ${users.length === 1 ? 'is' : 'are'} in the group`,
      }),
    );
  program
    .command('remove')
    .description('remove someone from a group')
    .argument(...TALK)
    .argument('<user>')
    .action((ref: string, user: string) =>
      inTalk(ref, {
        work: async ({ trpc, conversationId }) => {
          const userId = await findMember(trpc, conversationId, user);
          return await trpc.conversations.removeMember.mutate({ conversationId, userId });
        },
        told: `${called(user)} is no longer in the group`,
      }),
    );
  program
    .command('leave')
    .description('leave a group; its last owner makes someone else an owner first')
    .argument(...TALK)
    .action((ref: string) =>
      inTalk(ref, {
        work: ({ trpc, conversationId }) => trpc.conversations.leave.mutate({ conversationId }),
        told: 'You have left the group',
      }),
    );
  program
    .command('rename')
    .description('give a group another title')
    .argument(...TALK)
    .argument('<title...>')
    .action((ref: string, words: string[]) => {
      const title = words.join(' ');
      return inTalk(ref, {
        work: ({ trpc, conversationId }) => trpc.conversations.rename.mutate({ conversationId, title }),
        told: `the group is called “${plain(title.trim())}”`,
      });
    });
  program
    .command('role')
    .description('make someone of a group an owner, an admin or a member')
    .argument(...TALK)
    .argument('<user>')
    .addArgument(new Argument('<role>').choices(ROLES))
    .action((ref: string, user: string, role: Role) =>
      inTalk(ref, {
        work: async ({ trpc, conversationId }) => {
          const userId = await findMember(trpc, conversationId, user);
          return await trpc.conversations.setRole.mutate({ conversationId, userId, role });
        },
        told: `${called(user)} is ${withArticle(role)}`,
      }),
    );
}

function called(user: string): string {
  return plain(user.replace(/^@/, ''));
}
