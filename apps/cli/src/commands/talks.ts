import type { Command } from 'commander';

import { withClient } from '../connect.ts';
import { moreNote, PAGE_OPTIONS, type PageOptions } from '../options.ts';
import type { SettingOf } from '../program.ts';
import { refOf, withPeople } from '../references.ts';
import { renderTalk, talkTitle } from '../render.ts';
import { createView } from '../view.ts';

interface OpenOptions {
  title?: string;
  subject?: string;
  clientId?: string;
}

export function addTalks(program: Command, settingOf: SettingOf): void {
  const talks = program
    .command('talks')
    .description('your talks, newest activity first')
    .action(async (page: PageOptions) => {
      const setting = settingOf();
      const { output } = setting;
      await withClient(setting, async ({ trpc, me }) => {
        const found = await trpc.conversations.list.query(page);
        const view = createView({ me: me.id, style: output.style });
        const shown = found.items.map((talk) => renderTalk(view, talk, refOf(talk.id)));
        output.value(found, () => shown.join('\n') || 'no talks yet');
        output.note(moreNote(found.nextCursor));
      });
    });
  for (const option of PAGE_OPTIONS) talks.addOption(option);
  program
    .command('open')
    .description('the talk with someone, begun if there is none; with more people or a title: a new group')
    .argument('<user...>', 'usernames or ids')
    .option('--title <title>', 'makes it a group')
    .option('--subject <subject>', 'what it is about; two people have one talk for each subject')
    .option('--client-id <id>', 'the same one gives the first result again')
    .action(async (users: string[], options: OpenOptions) => {
      const setting = settingOf();
      const { output } = setting;
      await withClient(setting, async ({ trpc, me }) => {
        const talk = await withPeople(trpc, users, (participantIds) =>
          trpc.conversations.create.mutate({ participantIds, ...options }),
        );
        output.value(
          talk,
          () => `${output.style.bold(refOf(talk.id))}  ${talkTitle(talk, me.id)}  ${talk.id}`,
        );
      });
    });
}
