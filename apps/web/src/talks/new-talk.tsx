import { useId, useState, type KeyboardEvent } from 'react';

import { navigate, talkPath } from '../routing/route.ts';
import { useParley } from '../session/client-context.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { FormProblem } from '../ui/form-problem.tsx';
import { problemText } from '../ui/problem.ts';
import { personName } from './names.ts';
import { usePeopleSearch } from './use-people-search.ts';

/** Finds a person and opens the talk with them; the same two have one talk about the same thing. */
export function NewTalk({ onClose }: { onClose: () => void }) {
  const { client } = useParley();
  const [query, setQuery] = useState('');
  const [subject, setSubject] = useState('');
  const [busyId, setBusyId] = useState<string | null>(null);
  const [problem, setProblem] = useState<string>();
  const { people, status } = usePeopleSearch(query);
  const resultsId = useId();

  const start = async (userId: string) => {
    setBusyId(userId);
    setProblem(undefined);
    const about = subject.trim();
    try {
      const { id } = await client.trpc.conversations.create.mutate({
        participantIds: [userId],
        ...(about !== '' && { subject: about }),
      });
      onClose();
      navigate(talkPath(id));
    } catch (error) {
      setProblem(problemText(error));
      setBusyId(null);
    }
  };

  return (
    <Dialog title="New talk" onClose={onClose}>
      <div className="stack" onKeyDown={moveBetweenPeople}>
        <TextField
          label="Who with?"
          inputMode="search"
          autoComplete="off"
          maxLength={100}
          placeholder="Name or username"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          aria-controls={resultsId}
        />
        <TextField
          label="What is it about? (optional)"
          autoComplete="off"
          maxLength={200}
          value={subject}
          onChange={(event) => setSubject(event.target.value)}
        />
        <p className="hint" role="status">
          {status}
        </p>
        <ul id={resultsId} className="people">
          {people.map((person) => (
            <li key={person.id}>
              <button
                type="button"
                className="person"
                disabled={busyId !== null}
                onClick={() => void start(person.id)}
              >
                <Avatar id={person.id} name={personName(person)} picture={person.avatar} />
                <span className="person-name">{personName(person)}</span>
                <span className="person-username">@{person.username}</span>
              </button>
            </li>
          ))}
        </ul>
        <FormProblem text={problem} />
      </div>
    </Dialog>
  );
}

/** The arrows go from the search to the first person, and up and down among them. */
function moveBetweenPeople(event: KeyboardEvent<HTMLDivElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const { currentTarget: place, target } = event;
  const stops = [...place.querySelectorAll<HTMLElement>('input[inputmode="search"], .person')];
  const from = stops.indexOf(target as HTMLElement);
  if (from === -1) return;
  event.preventDefault();
  stops[from + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
}
