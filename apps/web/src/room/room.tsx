import type { OfferView } from '@parley/client';
import { useConversation, useMessages, useSession } from '@parley/client/react';
import { lazy, Suspense, useCallback, useEffect, useState } from 'react';

import { problemText } from '../lib/problem.ts';
import { dismissTalk } from '../notices/notices.ts';
import { Announcer } from './announcer.tsx';
import { Flow } from './flow.tsx';
import { HistorySkeleton } from './history-skeleton.tsx';
import { NoRoom } from './no-room.tsx';
import { RoomHeader } from './room-header.tsx';

const OfferDialog = lazy(async () => ({ default: (await import('../offers/offer-dialog.tsx')).OfferDialog }));
const Details = lazy(async () => ({ default: (await import('./details.tsx')).Details }));

/** What is open over the room. */
type Open = { kind: 'offer'; counters: OfferView | null } | { kind: 'details' } | null;

export function Room({ conversationId }: { conversationId: string }) {
  const myId = useSession(({ user }) => user?.id) ?? '';
  const { conversation, status, error } = useConversation(conversationId);
  const [open, setOpen] = useState<Open>(null);
  /** Where to lead; another object each time that one asks for it. */
  const [target, setTarget] = useState<{ id: string } | null>(null);
  const isEmpty = useMessages(conversationId, ({ messages }) => messages.length === 0);
  const close = () => setOpen(null);
  const counter = useCallback((counters: OfferView) => setOpen({ kind: 'offer', counters }), []);
  useEffect(() => dismissTalk(conversationId), [conversationId]);

  if (error !== null && conversation === null) return <NoRoom error={error} />;
  return (
    <section aria-label="Talk" className="flex h-full min-w-0 flex-col">
      <RoomHeader
        conversationId={conversationId}
        conversation={conversation}
        myId={myId}
        onOffer={() => setOpen({ kind: 'offer', counters: null })}
        onDetails={() => setOpen({ kind: 'details' })}
      />
      {error !== null && (
        <p
          role="alert"
          className="bg-destructive-soft px-5 py-2 text-center text-[0.8125rem] text-destructive"
        >
          This talk is not up to date: {problemText(error)}. Please load the page again.
        </p>
      )}
      {conversation === null || (status === 'loading' && isEmpty) ? (
        <HistorySkeleton />
      ) : (
        <Flow
          conversation={conversation}
          myId={myId}
          target={target}
          onTarget={setTarget}
          onCounter={counter}
        />
      )}
      <Announcer conversationId={conversationId} myId={myId} />
      <Suspense>
        {open?.kind === 'offer' && (
          <OfferDialog conversationId={conversationId} counters={open.counters} onClose={close} />
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
