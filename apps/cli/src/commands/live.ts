import type { ConversationEvent, InboxEvent } from '@parley/client';
import type { Command } from 'commander';

import { withClient } from '../connect.ts';
import { follow } from '../follow.ts';
import { countingNumber, list, positiveNumber } from '../options.ts';
import type { SettingOf } from '../program.ts';
import { findTalk } from '../references.ts';
import { renderInboxEvent, renderRoomEvent } from '../render-events.ts';
import { createView, namesOf, type View } from '../view.ts';

interface LiveOptions {
  count?: number;
  seconds?: number;
  after?: string;
  only?: ReadonlySet<string>;
}

export function addLive(program: Command, settingOf: SettingOf): void {
  withLiveOptions(program.command('watch'))
    .description('be in a talk and see what happens there, one event a line, until Ctrl-C')
    .argument('<talk>')
    .action(async (ref: string, { after, ...bounds }: LiveOptions) => {
      const setting = settingOf();
      const { output } = setting;
      await withClient(setting, async (connected) => {
        const { trpc, me } = connected;
        const conversationId = await findTalk(trpc, ref, me);
        let view = createView({ me: me.id, style: output.style });
        await follow<ConversationEvent>(connected, {
          ...bounds,
          output,
          subscribe: (listeners) =>
            trpc.conversations.events.subscribe({ conversationId, lastEventId: after }, listeners),
          show: (event, id) => {
            if (event.type === 'joined') view = { ...view, names: namesOf(event.payload.participants) };
            if (event.type === 'member-added')
              view = { ...view, names: new Map([...view.names, ...namesOf([event.payload])]) };
            output.value({ id, ...event }, () => renderRoomEvent({ ...view, now: new Date() }, event));
          },
        });
      });
    });

  withLiveOptions(program.command('inbox'))
    .description('see what concerns you in all your talks, one event a line, until Ctrl-C')
    .action(async ({ after, ...bounds }: LiveOptions) => {
      const setting = settingOf();
      const { output } = setting;
      await withClient(setting, async (connected) => {
        const { trpc, me } = connected;
        const view: View = createView({ me: me.id, style: output.style });
        await follow<InboxEvent>(connected, {
          ...bounds,
          output,
          subscribe: (listeners) => trpc.inbox.events.subscribe({ lastEventId: after }, listeners),
          show: (event, id) => {
            output.value({ id, ...event }, () => renderInboxEvent({ ...view, now: new Date() }, event));
          },
        });
      });
    });
}

function withLiveOptions(command: Command): Command {
  return command
    .option('--count <events>', 'end after so many', countingNumber)
    .option('--seconds <seconds>', 'end after so long', positiveNumber)
    .option('--after <id>', 'go on after the event with this id, missing nothing')
    .option('--only <types>', 'only these types of events, such as message,typing', list);
}
