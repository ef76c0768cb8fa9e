import type { Command } from 'commander';

import { withClient } from '../connect.ts';
import { moreNote, PAGE_OPTIONS, type PageOptions } from '../options.ts';
import type { SettingOf } from '../program.ts';
import { findPerson } from '../references.ts';
import { renderPerson, renderPresence } from '../render.ts';
import { createView } from '../view.ts';

export function addPeople(program: Command, settingOf: SettingOf): void {
  const people = program
    .command('people')
    .description('find people by a part of their username or name')
    .argument('<query>')
    .action(async (query: string, page: PageOptions) => {
      const setting = settingOf();
      const { output } = setting;
      await withClient(setting, async ({ trpc, me }) => {
        const found = await trpc.users.search.query({ query, ...page });
        const view = createView({ me: me.id, style: output.style });
        output.value(found, () => found.items.map((person) => renderPerson(view, person)).join('\n'));
        output.note(moreNote(found.nextCursor));
      });
    });
  for (const option of PAGE_OPTIONS) people.addOption(option);
  program
    .command('presence')
    .description('who is online, of people you have a talk with')
    .argument('<user...>', 'usernames or ids')
    .action(async (users: string[]) => {
      const setting = settingOf();
      const { output } = setting;
      await withClient(setting, async ({ trpc, me }) => {
        const userIds = await Promise.all(users.map((user) => findPerson(trpc, user)));
        const names = new Map(userIds.map((id, at) => [id, users[at] ?? id]));
        const view = createView({ me: me.id, style: output.style, names });
        const presence = await trpc.presence.get.query({ userIds });
        output.value(presence, () => presence.map((one) => renderPresence(view, one)).join('\n'));
      });
    });
}
