import { useParley } from '@parley/client/react';
import { useEffect, useState } from 'react';

import { announce, type Announced } from './announcement.ts';

/** What is told politely when it comes into the open room; a new one takes the place of the last. */
export function Announcer({ conversationId, myId }: { conversationId: string; myId: string }) {
  const client = useParley();
  const [text, setText] = useState('');
  useEffect(() => {
    const room = client.conversation(conversationId);
    const tell = (event: Announced) => {
      const next = announce(event, { myId, participants: room.participants });
      if (next !== null) setText(next);
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
      {text}
    </p>
  );
}
