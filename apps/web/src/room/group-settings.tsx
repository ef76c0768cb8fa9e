import type { ConversationFacts } from '@parley/client';
import type { ConversationResult } from '@parley/client/react';
import { LogOut } from 'lucide-react';
import { useState } from 'react';

import { Confirm } from '../components/ui/alert-dialog.tsx';
import { Button } from '../components/ui/button.tsx';
import { Field } from '../components/ui/field.tsx';
import { Input } from '../components/ui/input.tsx';
import { problemText } from '../lib/problem.ts';
import { textOf, useSubmit } from '../lib/use-submit.ts';
import { notify } from '../notices/notices.ts';
import { navigate, talksPath } from '../routing/route.ts';

interface GroupSettingsProps {
  conversation: ConversationFacts;
  room: ConversationResult;
  onLeft: () => void;
}

/** A group's title, for those who may change it, and the way out. */
export function GroupSettings({ conversation, room, onLeft }: GroupSettingsProps) {
  const mayRename = room.me !== null && room.me.role !== 'member';
  const [isLeaving, setLeaving] = useState(false);
  const { isBusy, problem, problems, onSubmit } = useSubmit((form) => room.rename(textOf(form, 'title')));
  const leave = () => {
    room.leave().then(
      () => {
        onLeft();
        navigate(talksPath);
      },
      (error: unknown) => notify({ title: problemText(error) }),
    );
  };
  return (
    <section aria-label="Settings" className="grid gap-4">
      {mayRename && (
        <form onSubmit={onSubmit} className="flex items-end gap-2">
          <Field label="Title" problem={problems['title'] ?? problem} className="flex-1">
            {(control) => (
              <Input
                {...control}
                key={conversation.title}
                name="title"
                required
                maxLength={200}
                autoComplete="off"
                defaultValue={conversation.title ?? ''}
              />
            )}
          </Field>
          <Button type="submit" variant="outline" disabled={isBusy} className="h-11">
            Rename
          </Button>
        </form>
      )}
      <Button
        variant="destructive"
        size="small"
        className="justify-self-start"
        onClick={() => setLeaving(true)}
      >
        <LogOut /> Leave the group
      </Button>
      {isLeaving && (
        <Confirm
          title="Leave the group?"
          text="You will not see what is written here any more."
          action="Leave"
          refusal="Stay"
          onConfirm={leave}
          onClose={() => setLeaving(false)}
        />
      )}
    </section>
  );
}
