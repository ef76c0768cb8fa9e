import type { UserSummary } from '@parley/client';
import { useParley } from '@parley/client/react';
import { useEffect, useState } from 'react';

import { problemText } from '../lib/problem.ts';

interface PeopleSearch {
  people: readonly UserSummary[];
  /** What to say of them. */
  status: string;
}

const NOBODY: PeopleSearch = { people: [], status: '' };
/** A pause in typing, before it is asked for. */
const PAUSE_MS = 200;
const SHOWN = 20;

/** People whose name or username matches, as one types. */
export function usePeopleSearch(query: string): PeopleSearch {
  const { trpc } = useParley();
  const [found, setFound] = useState(NOBODY);
  const wanted = query.trim();

  useEffect(() => {
    if (wanted === '') return undefined;
    const leaving = new AbortController();
    const { signal } = leaving;
    const timer = setTimeout(() => {
      trpc.users.search.query({ query: wanted, limit: SHOWN }, { signal }).then(
        ({ items }) => !signal.aborted && setFound({ people: items, status: countText(items.length) }),
        (error: unknown) => !signal.aborted && setFound({ people: [], status: problemText(error) }),
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [trpc, wanted]);

  return wanted === '' ? NOBODY : found;
}

function countText(count: number): string {
  if (count === 0) return 'Nobody by that name';
  return count === 1 ? '1 person' : `${count === SHOWN ? 'The first ' : ''}${count} people`;
}
