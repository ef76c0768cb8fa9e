import { useCallback, useEffect, useMemo, useRef } from 'react';

import { useParley } from '../session/client-context.ts';

/** At most so often the others are told that one is still writing. */
const EVERY_MS = 3_000;

interface TypingSignal {
  /** Call at every change of the draft. */
  changed: (draft: string) => void;
  stop: () => void;
}

/** Tells the others of a room that one is writing. */
export function useTypingSignal(conversationId: string): TypingSignal {
  const { client } = useParley();
  /** When they were told last; null when they were told that one has stopped. */
  const toldAt = useRef<number | null>(null);

  const tell = useCallback(
    (isTyping: boolean) => {
      toldAt.current = isTyping ? Date.now() : null;
      // Without a connection the call would wait, and come when it is no longer true.
      if (client.connection.state !== 'open') return;
      client.trpc.typing.set.mutate({ conversationId, isTyping }).catch(() => undefined);
    },
    [client, conversationId],
  );
  const stop = useCallback(() => {
    if (toldAt.current !== null) tell(false);
  }, [tell]);
  const changed = useCallback(
    (draft: string) => {
      if (draft.trim() === '') stop();
      else if (toldAt.current === null || Date.now() - toldAt.current >= EVERY_MS) tell(true);
    },
    [stop, tell],
  );
  useEffect(() => stop, [stop]);
  return useMemo(() => ({ changed, stop }), [changed, stop]);
}
