import type { ParticipantView, Role } from '@parley/client';
import type { ConversationResult } from '@parley/client/react';
import { Ellipsis, UserPlus } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type RefObject } from 'react';

import { Avatar } from '../components/ui/avatar.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Button } from '../components/ui/button.tsx';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '../components/ui/dropdown-menu.tsx';
import { problemText } from '../lib/problem.ts';
import { notify } from '../notices/notices.ts';
import { personName } from '../talks/names.ts';
import { PeopleField } from '../talks/people-field.tsx';

const ROLE_TEXTS: Record<Role, string> = { owner: 'Owner', admin: 'Admin', member: 'Member' };

interface MemberListProps {
  room: ConversationResult;
  isGroup: boolean;
}

export function MemberList({ room, isGroup }: MemberListProps) {
  const { participants, me } = room;
  const [isAdding, setAdding] = useState(false);
  const without = useMemo(() => new Set(participants.map(({ user }) => user.id)), [participants]);
  const mayManage = isGroup && me !== null && me.role !== 'member';
  const place = useKeptFocus(participants);
  return (
    <section ref={place} tabIndex={-1} aria-labelledby="members" className="grid gap-3 outline-none">
      <header className="flex items-center justify-between">
        <h2 id="members" className="text-sm font-semibold">
          {participants.length} people
        </h2>
        {mayManage && (
          <Button variant="soft" size="small" aria-expanded={isAdding} onClick={() => setAdding(!isAdding)}>
            <UserPlus /> Add people
          </Button>
        )}
      </header>
      {isAdding && (
        <PeopleField
          label="Whom to add?"
          without={without}
          isBusy={false}
          onPick={({ id }) => attempt(room.addMembers([id]))}
        />
      )}
      <ul className="grid gap-1">
        {participants.map((person) => (
          <Member
            key={person.user.id}
            person={person}
            room={room}
            mayManage={mayManage && !person.isMe}
            isGroup={isGroup}
          />
        ))}
      </ul>
    </section>
  );
}

/** Whoever is removed, chosen, or not for one to manage any more takes along the button that had the focus: it stays near. */
function useKeptFocus(participants: readonly ParticipantView[]): RefObject<HTMLElement | null> {
  const place = useRef<HTMLElement>(null);
  const before = useRef(participants);
  useEffect(() => {
    if (before.current === participants) return;
    before.current = participants;
    if (document.activeElement === document.body) place.current?.focus({ preventScroll: true });
  }, [participants]);
  return place;
}

interface MemberProps extends MemberListProps {
  person: ParticipantView;
  mayManage: boolean;
}

function Member({ person: { user, role, online, isMe }, room, mayManage, isGroup }: MemberProps) {
  const name = personName(user);
  const mayChange = mayManage && (room.me?.role === 'owner' || role === 'member');
  return (
    <li className="flex items-center gap-3 py-1.5">
      <Avatar id={user.id} name={name} picture={user.avatar} online={online} size="small" />
      <p className="grid min-w-0 flex-1 leading-tight">
        <span className="truncate text-sm font-medium">{isMe ? `${name} (you)` : name}</span>
        <span className="truncate text-[0.8125rem] text-muted-foreground">@{user.username}</span>
      </p>
      {isGroup && role !== 'member' && <Badge>{ROLE_TEXTS[role]}</Badge>}
      {mayChange && (
        <DropdownMenu>
          <DropdownMenuTrigger asChild>
            <Button variant="ghost" size="icon-small" aria-label={`What to do with ${name}`}>
              <Ellipsis />
            </Button>
          </DropdownMenuTrigger>
          <DropdownMenuContent align="end">
            {room.me?.role === 'owner' && (
              <>
                <DropdownMenuLabel>Role</DropdownMenuLabel>
                <DropdownMenuRadioGroup
                  value={role}
                  onValueChange={(next) => isRole(next) && attempt(room.setRole(user.id, next))}
                >
                  {Object.entries(ROLE_TEXTS).map(([value, text]) => (
                    <DropdownMenuRadioItem key={value} value={value}>
                      {text}
                    </DropdownMenuRadioItem>
                  ))}
                </DropdownMenuRadioGroup>
                <DropdownMenuSeparator />
              </>
            )}
            <DropdownMenuItem variant="destructive" onSelect={() => attempt(room.removeMember(user.id))}>
              Remove from the group
            </DropdownMenuItem>
          </DropdownMenuContent>
        </DropdownMenu>
      )}
    </li>
  );
}

function isRole(value: string): value is Role {
  return value in ROLE_TEXTS;
}

function attempt(work: Promise<unknown>): void {
  work.catch((error: unknown) => notify({ title: problemText(error) }));
}
