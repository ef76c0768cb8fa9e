import { useSession } from '@parley/client/react';
import { useCallback } from 'react';

import { problemText } from '../lib/problem.ts';
import { notify } from '../notices/notices.ts';
import { forgetDrafts } from '../room/drafts.ts';
import { navigate, talksPath } from '../routing/route.ts';

/** Leaves nothing of the person behind. */
export function useSignOut(): (how?: { everywhere?: boolean }) => void {
  const { signOut } = useSession();
  return useCallback(
    (how) => {
      forgetDrafts();
      navigate(talksPath);
      signOut(how).catch((error: unknown) => notify({ title: 'Not everywhere', text: problemText(error) }));
    },
    [signOut],
  );
}
