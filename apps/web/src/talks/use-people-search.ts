import type { UserSummary } from '@parley/client';
import { useParley } from '@parley/client/react';
import { useEffect, useState } from 'react';

import { problemText } from '../lib/problem.ts';

interface PeopleSearch {
  people: readonly UserSummary[];
  /** What to say of them. */
  status: string;
}

interface Found {
  people: readonly UserSummary[];
  /** Why there are none. */
  problem: string | null;
}

const NOBODY: readonly UserSummary[] = [];
/** A pause in typing, before it is asked for. */
const PAUSE_MS = 200;
const SHOWN = 20;

/** People whose name or username matches, as one types, but for some. */
export function usePeopleSearch(query: string, without: ReadonlySet<string>): PeopleSearch {
  const { trpc } = useParley();
  const [found, setFound] = useState<Found | null>(null);
  const wanted = query.trim();

  useEffect(() => {
    if (wanted === '') return undefined;
    const leaving = new AbortController();
    const { signal } = leaving;
    const timer = setTimeout(() => {
      trpc.users.search.query({ query: wanted, limit: SHOWN }, { signal }).then(
        ({ items }) => !signal.aborted && setFound({ people: items, problem: null }),
        (error: unknown) => !signal.aborted && setFound({ people: [], problem: problemText(error) }),
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [trpc, wanted]);

  if (wanted === '' || found === null) return { people: NOBODY, status: '' };
  const people = found.people.filter(({ id }) => !without.has(id));
  return { people, status: found.problem ?? countText(people.length, found.people.length) };
}

function countText(count: number, all: number): string {
  if (count === 0) return all === 0 ? 'Nobody by that name' : 'Nobody else by that name';
  return count === 1 ? '1 person' : `${all === SHOWN ? 'The first ' : ''}${count} people`;
}
