import { useTyping } from '@parley/client/react';

import { TypingDots } from '../components/typing-dots.tsx';
import { typingText } from '../talks/names.ts';

/** Who is writing. It always has its place, so that nothing moves when someone begins. */
export function TypingLine({ conversationId }: { conversationId: string }) {
  const { typing } = useTyping(conversationId);
  return (
    <p
      role="status"
      className="mx-auto flex h-6 w-full max-w-3xl items-center gap-2 px-5 text-[0.8125rem] text-muted-foreground"
    >
      {typing.length > 0 && (
        <>
          <TypingDots /> {typingText(typing)}
        </>
      )}
    </p>
  );
}
