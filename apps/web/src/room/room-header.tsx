import type { ConversationFacts, ParticipantView } from '@parley/client';
import { ArrowLeft, Handshake, PanelRight } from 'lucide-react';

import { Avatar } from '../components/ui/avatar.tsx';
import { Button } from '../components/ui/button.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { Tooltip } from '../components/ui/tooltip.tsx';
import { cn } from '../lib/cn.ts';
import { fromNow } from '../lib/time.ts';
import { useNow } from '../lib/use-now.ts';
import { Link } from '../routing/link.tsx';
import { talksPath } from '../routing/route.ts';
import { counterpart, talkName } from '../talks/names.ts';
import { useMembers } from './use-members.ts';

interface RoomHeaderProps {
  conversationId: string;
  /** Null while it loads. */
  conversation: ConversationFacts | null;
  myId: string;
  onOffer: () => void;
  onDetails: () => void;
}

export function RoomHeader({ conversationId, conversation, myId, onOffer, onDetails }: RoomHeaderProps) {
  const participants = useMembers(conversationId, 'user', 'online', 'lastSeenAt');
  const talk = conversation === null ? null : { ...conversation, participants };
  const other = talk === null ? undefined : counterpart(talk, myId);
  const name = talk === null ? '' : talkName(talk, myId);
  return (
    <header className="flex items-center gap-3 border-b bg-background px-3 pt-[max(0.75rem,env(safe-area-inset-top))] pb-3 sm:px-5">
      <Button asChild variant="ghost" size="icon" className="-ml-1 md:hidden">
        <Link href={talksPath} aria-label="All talks">
          <ArrowLeft />
        </Link>
      </Button>
      {talk === null ? (
        <>
          <Skeleton className="size-11 rounded-full" />
          <span className="grid flex-1 gap-2">
            <Skeleton className="h-4 w-36" />
            <Skeleton className="h-3 w-24" />
          </span>
        </>
      ) : (
        <>
          <Avatar
            id={other?.user.id ?? talk.id}
            name={name}
            picture={other?.user.avatar ?? null}
            online={other?.online}
          />
          <div className="grid min-w-0 flex-1 leading-tight">
            <h1 className="truncate font-semibold tracking-tight">{name}</h1>
            <p className="flex min-w-0 gap-2 text-[0.8125rem] text-muted-foreground">
              <Presence participants={participants} other={other} />
              {talk.subject !== null && <span className="truncate text-deal">{talk.subject}</span>}
            </p>
          </div>
        </>
      )}
      <Button
        variant="outline"
        size="small"
        onClick={onOffer}
        disabled={talk === null}
        aria-label="Make an offer"
      >
        <Handshake className="text-deal" />
        <span className="max-sm:hidden">Make an offer</span>
        <span className="max-[24rem]:hidden sm:hidden">Offer</span>
      </Button>
      <Tooltip text="People and offers">
        <Button
          variant="ghost"
          size="icon"
          onClick={onDetails}
          disabled={talk === null}
          aria-label="People and offers"
        >
          <PanelRight />
        </Button>
      </Tooltip>
    </header>
  );
}

type Member = Pick<ParticipantView, 'user' | 'online' | 'lastSeenAt'>;

/** What comes after it gives way to it. */
const FIRST = 'max-w-full shrink-0 truncate';

interface PresenceProps {
  participants: readonly Member[];
  other: Member | undefined;
}

function Presence({ participants, other }: PresenceProps) {
  const now = useNow();
  if (other === undefined) {
    const online = participants.filter((one) => one.online).length;
    return (
      <span className={FIRST}>
        {participants.length} people, {online} online
      </span>
    );
  }
  if (other.online) return <span className={cn(FIRST, 'text-good')}>Online</span>;
  return (
    <span className={FIRST}>
      {other.lastSeenAt === null ? 'Offline' : `Last seen ${fromNow(other.lastSeenAt, now)}`}
    </span>
  );
}
