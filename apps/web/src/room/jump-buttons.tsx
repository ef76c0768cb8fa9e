import { ArrowDown, ArrowUp } from 'lucide-react';

import { Button } from '../components/ui/button.tsx';

interface JumpButtonsProps {
  isAtBottom: boolean;
  unreadCount: number;
  /** Whether what is unread begins above what one sees. */
  unreadAbove: boolean;
  onNewest: () => void;
  onUnread: () => void;
}

export function JumpButtons({ isAtBottom, unreadCount, unreadAbove, onNewest, onUnread }: JumpButtonsProps) {
  return (
    <>
      {unreadAbove && (
        <Button
          size="small"
          onClick={onUnread}
          className="absolute top-3 left-1/2 -translate-x-1/2 animate-in shadow-float fade-in-0 slide-in-from-top-2"
        >
          <ArrowUp /> First new message
        </Button>
      )}
      {!isAtBottom && (
        <Button
          variant={unreadCount > 0 ? 'primary' : 'outline'}
          size="small"
          onClick={onNewest}
          className="absolute bottom-2 left-1/2 -translate-x-1/2 animate-in shadow-float fade-in-0 slide-in-from-bottom-2"
        >
          <ArrowDown /> {unreadCount > 0 ? 'New messages' : 'Newest'}
        </Button>
      )}
    </>
  );
}
