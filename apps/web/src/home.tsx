import { useUnread } from '@parley/client/react';
import { MessagesSquare } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';

import { Button } from './components/ui/button.tsx';
import { Empty } from './components/ui/empty.tsx';
import { TooltipProvider } from './components/ui/tooltip.tsx';
import { ConnectionBanner } from './connection/connection-banner.tsx';
import { cn } from './lib/cn.ts';
import { useInboxNotices } from './notices/use-inbox-notices.ts';
import { Room } from './room/room.tsx';
import { useRoute } from './routing/route.ts';
import { TalkList } from './talks/talk-list.tsx';

const NewTalk = lazy(async () => ({ default: (await import('./talks/new-talk.tsx')).NewTalk }));

/** The two panes of someone who is signed in; a narrow screen shows one of them. */
export function Home() {
  const route = useRoute();
  const openId = route.name === 'talk' ? route.conversationId : undefined;
  const [isStarting, setStarting] = useState(false);
  useInboxNotices(openId);

  const isOpen = openId !== undefined;
  return (
    <TooltipProvider delayDuration={400}>
      <PageTitle />
      <a
        href="#room"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-full bg-primary px-4 py-2 text-sm text-primary-foreground focus:translate-y-0"
      >
        Skip to the talk
      </a>
      <main className="flex h-full flex-col">
        <ConnectionBanner />
        <div className="grid min-h-0 flex-1 grid-cols-1 grid-rows-1 md:grid-cols-[20rem_1fr] xl:grid-cols-[24rem_1fr]">
          <div className={cn('min-h-0 min-w-0', isOpen && 'max-md:hidden')}>
            <TalkList openId={openId} onStart={() => setStarting(true)} />
          </div>
          <div
            id="room"
            tabIndex={-1}
            className={cn('min-h-0 min-w-0 outline-none', !isOpen && 'max-md:hidden')}
          >
            {openId === undefined ? (
              <div className="flex h-full">
                <Empty
                  icon={<MessagesSquare />}
                  title="Pick a talk, or start one"
                  text="Talk about what you have in mind, and agree on it with an offer."
                >
                  <Button onClick={() => setStarting(true)}>Start a talk</Button>
                </Empty>
              </div>
            ) : (
              <Room key={openId} conversationId={openId} />
            )}
          </div>
        </div>
      </main>
      <Suspense>{isStarting && <NewTalk onClose={() => setStarting(false)} />}</Suspense>
    </TooltipProvider>
  );
}

/** The title is set no more often than this: that takes a browser as long as to draw a message. */
const TITLE_MS = 250;

/** How much is unread, in the title of the page. By itself, as it changes with each message. */
function PageTitle() {
  const unread = useUnread(({ messages }) => messages);
  const newest = useRef(unread);
  const setting = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    newest.current = unread;
    setting.current ??= setTimeout(() => {
      setting.current = undefined;
      document.title = newest.current === 0 ? 'Parley' : `(${newest.current}) Parley`;
    }, TITLE_MS);
  }, [unread]);
  useEffect(
    () => () => {
      clearTimeout(setting.current);
      setting.current = undefined;
      document.title = 'Parley';
    },
    [],
  );
  return null;
}
