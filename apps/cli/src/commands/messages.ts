import type { Command } from 'commander';

import { withClient } from '../connect.ts';
import { UsageError } from '../failure.ts';
import { moreNote, PAGE_OPTIONS, wholeNumber, type PageOptions } from '../options.ts';
import { plain } from '../plain.ts';
import type { SettingOf } from '../program.ts';
import { findMessage, findTalk } from '../references.ts';
import { quoteOf, renderMessage } from '../render.ts';
import { createView } from '../view.ts';

interface SendOptions {
  replyTo?: string;
  clientId?: string;
  attach?: string[];
}

export function addMessages(program: Command, settingOf: SettingOf): void {
  const history = program
    .command('history')
    .description('the newest messages of a talk; as text oldest first, as JSON newest first')
    .argument('<talk>')
    .action(async (ref: string, page: PageOptions) => {
      const setting = settingOf();
      const { output } = setting;
      await withClient(setting, async ({ trpc, me }) => {
        const conversationId = await findTalk(trpc, ref, me);
        const found = await trpc.messages.list.query({ conversationId, ...page });
        const quotes = new Map(found.items.map((message) => [message.id, quoteOf(message, me.id)]));
        const view = createView({ me: me.id, style: output.style, quote: (id) => quotes.get(id) });
        output.value(found, () =>
          found.items
            .toReversed()
            .map((message) => renderMessage(view, message))
            .join('\n'),
        );
        output.note(moreNote(found.nextCursor));
      });
    });
  for (const option of PAGE_OPTIONS) history.addOption(option);

  program
    .command('send')
    .description('send a message')
    .argument('<talk>')
    .argument('<text...>')
    .option('--reply-to <message>', 'id of the message that this answers')
    .option('--attach <address...>', 'http or https addresses that go with it')
    .option('--client-id <id>', 'the same one is sent once, however often it is tried')
    .action(async (ref: string, words: string[], { replyTo, attach, clientId }: SendOptions) => {
      const setting = settingOf();
      const { output } = setting;
      await withClient(setting, async ({ trpc, me }) => {
        const sent = await trpc.messages.send.mutate({
          conversationId: await findTalk(trpc, ref, me),
          content: words.join(' '),
          replyToId: replyTo,
          attachments: attach,
          clientId,
        });
        const view = createView({ me: me.id, style: output.style });
        output.value(sent, () => renderMessage(view, sent.message));
      });
    });

  addChanges(program, settingOf);

  program
    .command('typing')
    .description('say that you are typing, or no longer; it ends by itself after 6 s')
    .argument('<talk>')
    .argument('[on|off]', 'on unless told')
    .action(async (ref: string, state: string | undefined) => {
      const isTyping = isOn('typing', state);
      const setting = settingOf();
      await withClient(setting, async ({ trpc, me }) => {
        const conversationId = await findTalk(trpc, ref, me);
        const done = await trpc.typing.set.mutate({ conversationId, isTyping });
        setting.output.value(done, () => '');
      });
    });

  program
    .command('read')
    .description('mark a talk as read')
    .argument('<talk>')
    .option('--up-to <seq>', 'number of the last message that you have read; all unless told', wholeNumber)
    .action(async (ref: string, { upTo }: { upTo?: number }) => {
      const setting = settingOf();
      await withClient(setting, async ({ trpc, me }) => {
        const conversationId = await findTalk(trpc, ref, me);
        const marked = await trpc.receipts.read.mutate({ conversationId, upToSeq: upTo });
        setting.output.value(marked, () => marked.message);
      });
    });
}

const MESSAGE = ['<message>', 'its number in the talk, such as 12, or its id'] as const;

/** What is done to messages that are there. */
function addChanges(program: Command, settingOf: SettingOf): void {
  program
    .command('edit')
    .description('give a message of yours another text')
    .argument('<talk>')
    .argument(...MESSAGE)
    .argument('<text...>')
    .action(async (ref: string, message: string, words: string[]) => {
      const setting = settingOf();
      const { output } = setting;
      await withClient(setting, async ({ trpc, me }) => {
        const messageId = await findMessage(trpc, await findTalk(trpc, ref, me), message);
        const edited = await trpc.messages.edit.mutate({ messageId, content: words.join(' ') });
        const view = createView({ me: me.id, style: output.style });
        output.value(edited, () => renderMessage(view, edited.message));
      });
    });

  program
    .command('delete')
    .description("take a message away for everyone: your own, or as an admin of a group anyone's")
    .argument('<talk>')
    .argument(...MESSAGE)
    .action(async (ref: string, message: string) => {
      const setting = settingOf();
      const { output } = setting;
      await withClient(setting, async ({ trpc, me }) => {
        const messageId = await findMessage(trpc, await findTalk(trpc, ref, me), message);
        const deleted = await trpc.messages.delete.mutate({ messageId });
        const view = createView({ me: me.id, style: output.style });
        output.value(deleted, () => renderMessage(view, deleted.message));
      });
    });

  program
    .command('react')
    .description('put an emoji on a message, or take yours off')
    .argument('<talk>')
    .argument(...MESSAGE)
    .argument('<emoji>')
    .argument('[on|off]', 'on unless told')
    .action(async (ref: string, message: string, emoji: string, state: string | undefined) => {
      const on = isOn('a reaction', state);
      const setting = settingOf();
      await withClient(setting, async ({ trpc, me }) => {
        const messageId = await findMessage(trpc, await findTalk(trpc, ref, me), message);
        const done = await trpc.messages.react.mutate({ messageId, emoji, on });
        setting.output.value(done, () => `${plain(emoji)} is ${on ? 'on' : 'off'} the message`);
      });
    });
}

function isOn(what: string, state = 'on'): boolean {
  if (state !== 'on' && state !== 'off') throw new UsageError(`${what} is on or off, not ${state}`);
  return state === 'on';
}
