import { useReceipts } from '@parley/client/react';
import { ArrowDown, ArrowUp } from 'lucide-react';

import { Button } from '../components/ui/button.tsx';

interface JumpButtonsProps {
  conversationId: string;
  isAtBottom: boolean;
  /** Whether what is unread begins above what one sees. */
  unreadAbove: boolean;
  onNewest: () => void;
  onUnread: () => void;
}

export function JumpButtons({ conversationId, isAtBottom, unreadAbove, ...on }: JumpButtonsProps) {
  const hasUnread = useReceipts(conversationId, ({ unreadCount }) => unreadCount > 0);
  return (
    <>
      {unreadAbove && (
        <Button
          size="small"
          onClick={on.onUnread}
          className="absolute top-3 left-1/2 -translate-x-1/2 animate-in shadow-float fade-in-0 slide-in-from-top-2"
        >
          <ArrowUp /> First new message
        </Button>
      )}
      {!isAtBottom && (
        <Button
          variant={hasUnread ? 'primary' : 'outline'}
          size="small"
          onClick={on.onNewest}
          className="absolute bottom-2 left-1/2 -translate-x-1/2 animate-in shadow-float fade-in-0 slide-in-from-bottom-2"
        >
          <ArrowDown /> {hasUnread ? 'New messages' : 'Newest'}
        </Button>
      )}
    </>
  );
}
