import type { UserSummary } from '@parley/client';
import { useConversations, useSession } from '@parley/client/react';
import { Users, X } from 'lucide-react';
import { useMemo, useState } from 'react';

import { FormProblem } from '../components/form-problem.tsx';
import { Button } from '../components/ui/button.tsx';
import { Dialog, DialogBody, DialogContent, DialogFooter } from '../components/ui/dialog.tsx';
import { Field } from '../components/ui/field.tsx';
import { Input } from '../components/ui/input.tsx';
import { problemText } from '../lib/problem.ts';
import { navigate, talkPath } from '../routing/route.ts';
import { personName } from './names.ts';
import { PeopleField } from './people-field.tsx';

/** Finds a person and opens the talk with them, or several for a group. */
export function NewTalk({ onClose }: { onClose: () => void }) {
  const { create } = useConversations((it) => ({ create: it.create }));
  const myId = useSession().user?.id;
  const [isGroup, setIsGroup] = useState(false);
  const [members, setMembers] = useState<readonly UserSummary[]>([]);
  const [title, setTitle] = useState('');
  const [subject, setSubject] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const without = useMemo(
    () => new Set([...members.map(({ id }) => id), ...(myId === undefined ? [] : [myId])]),
    [members, myId],
  );

  const start = async (participantIds: string[]) => {
    setBusy(true);
    setProblem(undefined);
    const [name, about] = [title.trim(), subject.trim()];
    try {
      const { id } = await create({
        participantIds,
        ...(isGroup && name !== '' && { title: name }),
        ...(about !== '' && { subject: about }),
      });
      onClose();
      navigate(talkPath(id));
    } catch (error) {
      setProblem(problemText(error));
      setBusy(false);
    }
  };
  const pick = (person: UserSummary) => {
    if (isGroup) setMembers([...members, person]);
    else void start([person.id]);
  };

  return (
    <Dialog open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <DialogContent title={isGroup ? 'New group' : 'New talk'}>
        <DialogBody className="grid grid-cols-1 content-start gap-4">
          {isGroup && (
            <Field label="Title">
              {(control) => (
                <Input
                  {...control}
                  autoComplete="off"
                  maxLength={200}
                  value={title}
                  onChange={({ target }) => setTitle(target.value)}
                />
              )}
            </Field>
          )}
          <Field label="What is it about? (optional)">
            {(control) => (
              <Input
                {...control}
                autoComplete="off"
                maxLength={200}
                value={subject}
                onChange={({ target }) => setSubject(target.value)}
              />
            )}
          </Field>
          {members.length > 0 && (
            <Members
              members={members}
              onRemove={(id) => setMembers(members.filter((one) => one.id !== id))}
            />
          )}
          <PeopleField label="Who with?" without={without} isBusy={isBusy} onPick={pick} />
          {!isGroup && (
            <Button
              variant="soft"
              className="justify-self-start"
              size="small"
              onClick={() => setIsGroup(true)}
            >
              <Users /> Make it a group
            </Button>
          )}
          <FormProblem text={problem} />
        </DialogBody>
        {isGroup && (
          <DialogFooter>
            <Button variant="ghost" onClick={() => setIsGroup(false)}>
              Only one person
            </Button>
            <Button
              disabled={isBusy || members.length === 0 || title.trim() === ''}
              onClick={() => void start(members.map(({ id }) => id))}
            >
              Create the group
            </Button>
          </DialogFooter>
        )}
      </DialogContent>
    </Dialog>
  );
}

interface MembersProps {
  members: readonly UserSummary[];
  onRemove: (userId: string) => void;
}

function Members({ members, onRemove }: MembersProps) {
  return (
    <ul aria-label="Chosen" className="flex flex-wrap gap-1.5">
      {members.map((person) => (
        <li
          key={person.id}
          className="flex max-w-full min-w-0 items-center gap-1 rounded-full bg-primary-soft py-0.5 pr-0.5 pl-3 text-sm text-primary"
        >
          <span className="truncate">{personName(person)}</span>
          <Button
            variant="ghost"
            size="icon-small"
            className="size-6"
            aria-label={`Leave out ${personName(person)}`}
            onClick={() => onRemove(person.id)}
          >
            <X />
          </Button>
        </li>
      ))}
    </ul>
  );
}
