import type { OfferView } from '@parley/client';
import { useConversation, useMessages, useSession } from '@parley/client/react';
import { MessageCircleOff } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';

import { Button } from '../components/ui/button.tsx';
import { Empty } from '../components/ui/empty.tsx';
import { dismissTalk } from '../notices/notices.ts';
import { Link } from '../routing/link.tsx';
import { talksPath } from '../routing/route.ts';
import { Announcer } from './announcer.tsx';
import { Flow } from './flow.tsx';
import { HistorySkeleton } from './history-skeleton.tsx';
import { RoomHeader } from './room-header.tsx';

const OfferDialog = lazy(async () => ({ default: (await import('../offers/offer-dialog.tsx')).OfferDialog }));
const Details = lazy(async () => ({ default: (await import('./details.tsx')).Details }));

/** What is open over the room. */
type Open = { kind: 'offer'; counters: OfferView | null } | { kind: 'details' } | null;

export function Room({ conversationId }: { conversationId: string }) {
  const myId = useSession(({ user }) => user?.id) ?? '';
  const { conversation, participants, status, error } = useConversation(conversationId);
  const [open, setOpen] = useState<Open>(null);
  /** Where to lead; another object each time that one asks for it. */
  const [target, setTarget] = useState<{ id: string } | null>(null);
  const isEmpty = useMessages(conversationId, ({ messages }) => messages.length === 0);
  const close = () => setOpen(null);
  useEffect(() => dismissTalk(conversationId), [conversationId]);

  if (status === 'failed' && conversation === null) {
    return (
      <div role="alert" className="flex h-full">
        <Empty
          icon={<MessageCircleOff />}
          title="Not one of your talks"
          isHeading
          text={error?.message ?? 'This talk could not be opened.'}
        >
          <Button asChild variant="outline">
            <Link href={talksPath}>All talks</Link>
          </Button>
        </Empty>
      </div>
    );
  }
  return (
    <section aria-label="Talk" className="flex h-full min-w-0 flex-col">
      <RoomHeader
        conversation={conversation}
        participants={participants}
        myId={myId}
        onOffer={() => setOpen({ kind: 'offer', counters: null })}
        onDetails={() => setOpen({ kind: 'details' })}
      />
      {conversation === null || (status === 'loading' && isEmpty) ? (
        <HistorySkeleton />
      ) : (
        <Flow
          conversation={conversation}
          participants={participants}
          myId={myId}
          target={target}
          onTarget={setTarget}
          onCounter={(offer) => setOpen({ kind: 'offer', counters: offer })}
        />
      )}
      <Announcer conversationId={conversationId} myId={myId} />
      <Suspense>
        {open?.kind === 'offer' && (
          <OfferDialog
            conversationId={conversationId}
            participants={participants}
            counters={open.counters}
            onClose={close}
          />
        )}
        {open?.kind === 'details' && conversation !== null && (
          <Details
            conversation={conversation}
            onOffer={(id) => {
              close();
              setTarget({ id });
            }}
            onClose={close}
          />
        )}
      </Suspense>
    </section>
  );
}
