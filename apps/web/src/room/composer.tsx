import { useEffect, useRef, useState, type KeyboardEvent } from 'react';

import { useOutbox } from '../outbox/outbox-context.ts';
import { Icon } from '../ui/icon.tsx';
import { draftOf, keepDraft } from './drafts.ts';
import { useTypingSignal } from './use-typing-signal.ts';

interface ComposerProps {
  conversationId: string;
  isReady: boolean;
}

/** The server's bound, in characters. */
const MESSAGE_LENGTH = 10_000;

export function Composer({ conversationId, isReady }: ComposerProps) {
  const outbox = useOutbox();
  const typing = useTypingSignal(conversationId);
  const [draft, setDraft] = useState(() => draftOf(conversationId));
  const [isFull, setFull] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);

  useEffect(() => keepDraft(conversationId, draft), [conversationId, draft]);
  useEffect(() => {
    if (!isReady) return;
    // On a touch screen the keyboard would open over the talk.
    const isTouch = !matchMedia('(pointer: fine)').matches;
    (isTouch ? field.current?.closest('main') : field.current)?.focus();
  }, [isReady]);

  const content = draft.trim();
  const excess = excessOf(content);
  const canSend = isReady && content !== '' && excess === 0;

  const send = () => {
    if (!canSend) return;
    const isTaken = outbox.send(conversationId, content);
    setFull(!isTaken);
    if (!isTaken) return;
    setDraft('');
    typing.stop();
    field.current?.focus();
  };
  const keyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="composer-row">
        <textarea
          ref={field}
          aria-label="Message"
          placeholder="Write a message"
          rows={1}
          enterKeyHint="send"
          value={draft}
          onChange={({ target }) => {
            setDraft(target.value);
            typing.changed(target.value);
          }}
          onKeyDown={keyDown}
          onBlur={typing.stop}
        />
        <button className="button button-primary send-button" disabled={!canSend} aria-label="Send">
          <Icon name="send" />
        </button>
      </div>
      <p className="composer-problem" role="status">
        {excess > 0 && `${excess} characters too many`}
        {isFull && 'Too many messages wait to be sent'}
      </p>
    </form>
  );
}

/** Counted as the server counts: by characters, not by UTF-16 units. */
function excessOf(text: string): number {
  return text.length <= MESSAGE_LENGTH ? 0 : Math.max(0, Array.from(text).length - MESSAGE_LENGTH);
}
