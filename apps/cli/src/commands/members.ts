import type { Role } from '@parley/client';
import { Argument, type Command } from 'commander';

import { withClient, type Connected } from '../connect.ts';
import type { SettingOf } from '../program.ts';
import { findMember, findPerson, findTalk } from '../references.ts';

const TALK = ['<talk>', 'a group'] as const;
const ROLES = ['owner', 'admin', 'member'] satisfies Role[];

/** Who belongs to a group, and what they are there. */
export function addMembers(program: Command, settingOf: SettingOf): void {
  const inTalk = async (
    ref: string,
    work: (talk: Connected & { conversationId: string }) => Promise<unknown>,
  ) => {
    const setting = settingOf();
    await withClient(setting, async (connected) => {
      const conversationId = await findTalk(connected.trpc, ref, connected.me);
      setting.output.value(await work({ ...connected, conversationId }), () => '');
    });
  };

  program
    .command('add')
    .description('add people to a group; they see what is written from then on')
    .argument(...TALK)
    .argument('<user...>', 'usernames or ids')
    .action((ref: string, users: string[]) =>
      inTalk(ref, async ({ trpc, conversationId }) => {
        const userIds = await Promise.all(users.map((user) => findPerson(trpc, user)));
        return await trpc.conversations.addMembers.mutate({ conversationId, userIds });
      }),
    );
  program
    .command('remove')
    .description('remove someone from a group')
    .argument(...TALK)
    .argument('<user>')
    .action((ref: string, user: string) =>
      inTalk(ref, async ({ trpc, conversationId }) => {
        const userId = await findMember(trpc, conversationId, user);
        return await trpc.conversations.removeMember.mutate({ conversationId, userId });
      }),
    );
  program
    .command('leave')
    .description('leave a group; its last owner makes someone else an owner first')
    .argument(...TALK)
    .action((ref: string) =>
      inTalk(ref, ({ trpc, conversationId }) => trpc.conversations.leave.mutate({ conversationId })),
    );
  program
    .command('rename')
    .description('give a group another title')
    .argument(...TALK)
    .argument('<title...>')
    .action((ref: string, words: string[]) =>
      inTalk(ref, ({ trpc, conversationId }) =>
        trpc.conversations.rename.mutate({ conversationId, title: words.join(' ') }),
      ),
    );
  program
    .command('role')
    .description('make someone of a group an owner, an admin or a member')
    .argument(...TALK)
    .argument('<user>')
    .addArgument(new Argument('<role>').choices(ROLES))
    .action((ref: string, user: string, role: Role) =>
      inTalk(ref, async ({ trpc, conversationId }) => {
        const userId = await findMember(trpc, conversationId, user);
        return await trpc.conversations.setRole.mutate({ conversationId, userId, role });
      }),
    );
}
