import type { ConversationFacts } from '@parley/client';
import type { ConversationResult } from '@parley/client/react';

import { Button } from '../components/ui/button.tsx';
import { Field } from '../components/ui/field.tsx';
import { Input } from '../components/ui/input.tsx';
import { textOf, useSubmit } from '../lib/use-submit.ts';

interface GroupTitleProps {
  conversation: ConversationFacts;
  room: ConversationResult;
}

/** What a group is called, for those who may change it. */
export function GroupTitle({ conversation, room }: GroupTitleProps) {
  const { isBusy, problem, problems, onSubmit } = useSubmit((form) => room.rename(textOf(form, 'title')));
  if (room.me === null || room.me.role === 'member') return null;
  return (
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
  );
}
