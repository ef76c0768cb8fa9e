import type { ConversationFacts } from '@parley/client';
import { useConversation, useOffers } from '@parley/client/react';

import { Sheet, SheetContent } from '../components/ui/sheet.tsx';
import { OfferList } from '../offers/offer-list.tsx';
import { GroupTitle } from './group-title.tsx';
import { LeaveGroup } from './leave-group.tsx';
import { MemberList } from './member-list.tsx';

interface DetailsProps {
  conversation: ConversationFacts;
  /** Leads to an offer in the flow. */
  onOffer: (offerId: string) => void;
  onClose: () => void;
}

/** Who is in a talk, what was offered there, and what a group can change. */
export function Details({ conversation, onOffer, onClose }: DetailsProps) {
  const room = useConversation(conversation.id);
  const { offers } = useOffers(conversation.id);
  const isGroup = conversation.kind === 'group';
  return (
    <Sheet open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <SheetContent title={isGroup ? 'Group' : 'Talk'}>
        <div className="grid gap-8 pt-2">
          {isGroup && <GroupTitle conversation={conversation} room={room} />}
          <MemberList room={room} isGroup={isGroup} />
          <OfferList offers={offers} onOffer={onOffer} />
          {isGroup && <LeaveGroup room={room} onLeft={onClose} />}
        </div>
      </SheetContent>
    </Sheet>
  );
}
