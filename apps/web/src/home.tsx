import { useEffect, useState } from 'react';

import { ConnectionBanner } from './connection/connection-banner.tsx';
import { useConnection } from './connection/use-connection.ts';
import { Notices } from './notices/notices.tsx';
import { useNotices } from './notices/use-notices.ts';
import { OutboxProvider, useNewOutbox } from './outbox/outbox-context.ts';
import { NoRoom } from './room/no-room.tsx';
import { RoomPane } from './room/room-pane.tsx';
import { useRoute } from './routing/route.ts';
import { NewTalk } from './talks/new-talk.tsx';
import { TalkList } from './talks/talk-list.tsx';
import { useTalks } from './talks/use-talks.ts';

/** The two panes of someone who is signed in; a narrow screen shows one of them. */
export function Home() {
  const route = useRoute();
  const openId = route.name === 'talk' ? route.conversationId : null;
  const { notices, notify, dismiss } = useNotices(openId);
  const talks = useTalks(notify);
  const outbox = useNewOutbox(talks.posted);
  const isOpen = useConnection().state === 'open';
  const [isStarting, setStarting] = useState(false);

  const unread = talks.talks.reduce((sum, { unreadCount }) => sum + unreadCount, 0);
  useEffect(() => {
    document.title = unread === 0 ? 'Parley' : `(${unread}) Parley`;
  }, [unread]);

  return (
    <OutboxProvider value={outbox}>
      <div className={`shell ${openId === null ? 'shell-list' : 'shell-room'} ${isOpen ? '' : 'shell-cut'}`}>
        <a className="skip-link" href="#room">
          Skip to the talk
        </a>
        <ConnectionBanner />
        <TalkList talks={talks} openId={openId} onStart={() => setStarting(true)} />
        <main id="room" className="pane-room" tabIndex={-1}>
          {openId === null ? (
            <NoRoom onStart={() => setStarting(true)} />
          ) : (
            <RoomPane key={openId} conversationId={openId} posted={talks.posted} active={talks.active} />
          )}
        </main>
        <Notices notices={notices} onDismiss={dismiss} />
        {isStarting && <NewTalk onClose={() => setStarting(false)} />}
      </div>
    </OutboxProvider>
  );
}
