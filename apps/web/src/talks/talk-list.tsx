import { useParley } from '../session/client-context.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Icon } from '../ui/icon.tsx';
import { Logo } from '../ui/logo.tsx';
import { useNow } from '../ui/use-now.ts';
import { personName } from './names.ts';
import { TalkRow } from './talk-row.tsx';
import { useReturnFocus } from './use-return-focus.ts';
import type { Talks } from './use-talks.ts';

interface TalkListProps {
  talks: Talks;
  openId: string | null;
  onStart: () => void;
}

export function TalkList({ talks, openId, onStart }: TalkListProps) {
  const { client, me } = useParley();
  const now = useNow();
  const rows = useReturnFocus(openId);
  return (
    <nav className="pane-list" aria-label="Talks">
      <header className="list-head">
        <Logo />
        <button type="button" className="button button-primary button-small" onClick={onStart}>
          <Icon name="plus" />
          New talk
        </button>
      </header>
      <div className="list-scroll">
        {talks.phase === 'failed' && (
          <p className="note note-warn" role="status">
            The list may be out of date.{' '}
            <button type="button" className="link-button" onClick={talks.restart}>
              Try again
            </button>
          </p>
        )}
        {talks.phase === 'loading' && <ListSkeleton />}
        {talks.phase === 'ready' && talks.talks.length === 0 && (
          <p className="list-empty">No talks yet. Start one with someone you want to agree with.</p>
        )}
        <ul className="talks" ref={rows}>
          {talks.talks.map((talk) => (
            <li key={talk.id}>
              <TalkRow talk={talk} isOpen={talk.id === openId} now={now} />
            </li>
          ))}
        </ul>
        {talks.nextCursor !== null && (
          <button type="button" className="button button-quiet list-more" onClick={talks.loadMore}>
            Show more
          </button>
        )}
      </div>
      <footer className="list-foot">
        <Avatar id={me.id} name={personName(me)} picture={me.avatar} size="small" />
        <span className="list-me">
          <strong>{personName(me)}</strong>
          <span>@{me.username}</span>
        </span>
        <button
          type="button"
          className="button button-quiet button-small"
          onClick={() => void client.signOut()}
        >
          <Icon name="leave" />
          Sign out
        </button>
      </footer>
    </nav>
  );
}

function ListSkeleton() {
  return (
    <div className="skeletons" role="status">
      <span className="visually-hidden">Loading the talks</span>
      <span className="skeleton" />
      <span className="skeleton" />
      <span className="skeleton" />
    </div>
  );
}
