import type { UserSummary } from '@parley/client';
import { Search } from 'lucide-react';
import { useId, useState, type KeyboardEvent, type ReactNode } from 'react';

import { Avatar } from '../components/ui/avatar.tsx';
import { Field } from '../components/ui/field.tsx';
import { Input } from '../components/ui/input.tsx';
import { personName } from './names.ts';
import { usePeopleSearch } from './use-people-search.ts';

interface PeopleFieldProps {
  label: string;
  /** Not offered: they are there already. */
  without: ReadonlySet<string>;
  isBusy: boolean;
  onPick: (person: UserSummary) => void;
  /** At the end of each person's line. */
  mark?: ReactNode;
}

/** Finds people by name: the arrows go from the field to the first person, and up and down among them. */
export function PeopleField({ label, without, isBusy, onPick, mark }: PeopleFieldProps) {
  const [query, setQuery] = useState('');
  const { people, status } = usePeopleSearch(query, without);
  const resultsId = useId();
  return (
    <div className="grid min-w-0 gap-2" onKeyDown={moveBetweenPeople}>
      <Field label={label}>
        {(control) => (
          <span className="relative block">
            <Search
              aria-hidden
              className="pointer-events-none absolute top-1/2 left-3.5 size-4 -translate-y-1/2 text-muted-foreground"
            />
            <Input
              {...control}
              className="pl-10"
              inputMode="search"
              autoComplete="off"
              maxLength={100}
              placeholder="Name or username"
              value={query}
              onChange={({ target }) => setQuery(target.value)}
              aria-controls={resultsId}
            />
          </span>
        )}
      </Field>
      <p role="status" className="min-h-5 text-[0.8125rem] text-muted-foreground">
        {status}
      </p>
      <ul id={resultsId} className="-mx-2 grid grid-cols-1 gap-0.5">
        {people.map((person) => (
          <li key={person.id}>
            <button
              type="button"
              data-person
              disabled={isBusy}
              onClick={() => onPick(person)}
              className="flex w-full items-center gap-3 rounded-2xl px-2 py-2 text-left transition-colors hover:bg-accent disabled:opacity-50"
            >
              <Avatar id={person.id} name={personName(person)} picture={person.avatar} size="small" />
              <span className="min-w-0 truncate text-sm font-medium">{personName(person)}</span>
              <span className="min-w-0 flex-1 truncate text-[0.8125rem] text-muted-foreground">
                @{person.username}
              </span>
              {mark}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function moveBetweenPeople(event: KeyboardEvent<HTMLDivElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const { currentTarget: place, target } = event;
  const stops = [...place.querySelectorAll<HTMLElement>('input, [data-person]')];
  const from = stops.indexOf(target as HTMLElement);
  if (from === -1) return;
  event.preventDefault();
  stops[from + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
}
