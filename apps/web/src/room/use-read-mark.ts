import { useEffect, useRef } from 'react';

import { useParley } from '../session/client-context.ts';

interface ReadMark {
  /** Whether what is to be read can be seen. */
  isSeen: boolean;
  toReadSeq: number;
  /** As far as the server knows that one has read. */
  readSeq: number;
}

/** Tells the server what one has read: only what was on the screen, and each thing once. */
export function useReadMark(conversationId: string, { isSeen, toReadSeq, readSeq }: ReadMark): void {
  const { client } = useParley();
  const told = useRef(0);
  useEffect(() => {
    if (!isSeen || toReadSeq <= Math.max(readSeq, told.current)) return;
    told.current = toReadSeq;
    client.trpc.receipts.read.mutate({ conversationId, upToSeq: toReadSeq }).catch(() => {
      told.current = 0;
    });
  }, [client, conversationId, isSeen, toReadSeq, readSeq]);
}
