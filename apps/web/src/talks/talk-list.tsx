import { useParley, useSession } from '@parley/client/react';
import { MessagesSquare, Plus } from 'lucide-react';

import { Logo } from '../components/logo.tsx';
import { Button } from '../components/ui/button.tsx';
import { Empty } from '../components/ui/empty.tsx';
import { useEachFrame } from '../lib/use-each-frame.ts';
import { useNow } from '../lib/use-now.ts';
import { AccountMenu } from '../session/account-menu.tsx';
import { ListEnd } from './list-end.tsx';
import { ListSkeleton } from './list-skeleton.tsx';
import { TalkRow } from './talk-row.tsx';
import { useReturnFocus } from './use-return-focus.ts';

interface TalkListProps {
  openId: string | undefined;
  onStart: () => void;
}

export function TalkList({ openId, onStart }: TalkListProps) {
  const myId = useSession().user?.id ?? '';
  const { inbox } = useParley();
  const { conversations, status, error, more } = useEachFrame(inbox);
  const now = useNow();
  const rows = useReturnFocus(openId);
  return (
    <nav aria-label="Talks" className="flex h-full min-w-0 flex-col bg-sidebar md:border-r">
      <header className="flex items-center justify-between gap-3 px-5 pt-[max(1.25rem,env(safe-area-inset-top))] pb-3">
        {openId === undefined ? (
          <h1>
            <Logo />
          </h1>
        ) : (
          <Logo />
        )}
        <Button size="small" onClick={onStart}>
          <Plus /> New talk
        </Button>
      </header>
      <div className="flex min-h-0 flex-1 flex-col overflow-y-auto px-2 pb-3">
        {status === 'failed' && (
          <p
            role="status"
            className="m-2 rounded-xl bg-destructive-soft px-3.5 py-2.5 text-sm text-destructive"
          >
            The list could not be loaded{error === null ? '' : `: ${error.message}`}
          </p>
        )}
        {status === 'loading' && <ListSkeleton />}
        {status === 'ready' && conversations.length === 0 && (
          <Empty
            icon={<MessagesSquare />}
            title="No talks yet"
            text="Find someone you want to agree with, and say hello."
          >
            <Button variant="outline" size="small" onClick={onStart}>
              Start a talk
            </Button>
          </Empty>
        )}
        <ul ref={rows} className="grid gap-0.5">
          {conversations.map((talk) => (
            <li key={talk.id} className="min-w-0">
              <TalkRow talk={talk} myId={myId} isOpen={talk.id === openId} now={now} />
            </li>
          ))}
        </ul>
        {more.hasMore && <ListEnd isLoading={more.isLoading} error={more.error} onMore={inbox.loadMore} />}
      </div>
      <AccountMenu />
    </nav>
  );
}
