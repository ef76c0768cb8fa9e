import { useParley } from '@parley/client/react';
import { useEffect, useState } from 'react';

import { announce, type Announced } from './announcement.ts';

/**
 * What is told politely when it comes into the open room; a new one takes the place of the last, also where it says the
 * same: text that stays as it is is not read out again.
 */
export function Announcer({ conversationId, myId }: { conversationId: string; myId: string }) {
  const client = useParley();
  const [told, setTold] = useState({ count: 0, text: '' });
  useEffect(() => {
    const room = client.conversation(conversationId);
    const tell = (event: Announced) => {
      const next = announce(event, { myId, participants: room.participants });
      if (next !== null) setTold(({ count }) => ({ count: count + 1, text: next }));
    };
    const ends = [
      room.on('message', (_payload, event) => tell(event)),
      room.on('offer-created', (_payload, event) => tell(event)),
      room.on('offer-update', (_payload, event) => tell(event)),
    ];
    return () => {
      for (const end of ends) end();
    };
  }, [client, conversationId, myId]);
  return (
    <p aria-live="polite" className="sr-only">
      <span key={told.count}>{told.text}</span>
    </p>
  );
}
