import type { MessageView } from '@parley/client';
import { ArrowUp } from 'lucide-react';
import { memo, useEffect, useRef, useState, type KeyboardEvent } from 'react';

import { Button } from '../components/ui/button.tsx';
import { Textarea } from '../components/ui/textarea.tsx';
import { ComposerTopic, type Topic } from './composer-topic.tsx';
import { draftOf, keepDraft } from './drafts.ts';

interface ComposerProps {
  conversationId: string;
  /** What is answered or edited; null for a message of its own. */
  topic: Topic | null;
  /** The message of the topic as it is now. */
  about: MessageView | null;
  onTopic: (topic: Topic | null) => void;
  onSend: (content: string) => void;
  onEdit: (content: string) => void;
  onTyping: (isTyping: boolean) => void;
  /** The arrow up in an empty field. */
  onEditLast: () => void;
}

/** The server's bound, in characters. */
const MESSAGE_LENGTH = 10_000;

/** Enter sends, Shift and Enter begin a new line; on a touch screen Enter begins one too. */
export const Composer = memo(function Composer({
  conversationId,
  topic,
  about,
  onTopic,
  onTyping,
  ...on
}: ComposerProps) {
  const [draft, setDraft] = useState(() => draftOf(conversationId));
  const [edited, setEdited] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const [shownTopic, setShownTopic] = useState(topic);
  if (shownTopic !== topic) {
    setShownTopic(topic);
    setEdited(topic?.kind === 'edit' ? topic.message.content : '');
  }
  const editing = topic?.kind === 'edit' ? topic.message : null;
  const text = editing === null ? draft : edited;

  useEffect(() => keepDraft(conversationId, draft), [conversationId, draft]);
  useEffect(() => {
    // On a touch screen the keyboard would open over the talk.
    if (matchMedia('(pointer: fine)').matches) field.current?.focus();
    else document.getElementById('room')?.focus();
  }, []);
  useEffect(() => {
    if (topic !== null) field.current?.focus();
  }, [topic]);
  useEffect(() => () => onTyping(false), [onTyping]);

  const content = text.trim();
  const excess = excessOf(content);
  const canSend = content !== '' && excess === 0;

  const change = (next: string) => {
    if (editing !== null) setEdited(next);
    else {
      setDraft(next);
      onTyping(next.trim() !== '');
    }
  };
  const send = () => {
    if (!canSend) return;
    if (editing === null) {
      on.onSend(content);
      onTyping(false);
      setDraft('');
    } else if (content !== editing.content) on.onEdit(content);
    onTopic(null);
    field.current?.focus();
  };
  const keyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape' && topic !== null) onTopic(null);
    if (event.key === 'ArrowUp' && text === '' && topic === null) {
      event.preventDefault();
      on.onEditLast();
    }
    if (event.key !== 'Enter' || event.shiftKey || !matchMedia('(pointer: fine)').matches) return;
    event.preventDefault();
    send();
  };

  return (
    <form
      className="mx-auto w-full max-w-3xl px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:px-5 sm:pb-[max(1.25rem,env(safe-area-inset-bottom))]"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="rounded-[1.625rem] border border-input/70 bg-card shadow-soft transition-[border-color,box-shadow] focus-within:border-ring focus-within:ring-3 focus-within:ring-ring/25">
        {topic !== null && about !== null && (
          <ComposerTopic kind={topic.kind} message={about} onClose={() => onTopic(null)} />
        )}
        <div className="flex items-end gap-2 p-1.5">
          <Textarea
            ref={field}
            aria-label="Message"
            placeholder="Write a message"
            rows={1}
            value={text}
            onChange={({ target }) => change(target.value)}
            onKeyDown={keyDown}
            onBlur={() => onTyping(false)}
            className="max-h-[40dvh] min-h-10 flex-1 border-none bg-transparent px-3.5 py-2 shadow-none focus-visible:ring-0 md:text-[0.9375rem]"
          />
          <Button
            type="submit"
            size="icon"
            disabled={!canSend}
            aria-label={editing === null ? 'Send' : 'Save the change'}
          >
            <ArrowUp className="size-5" />
          </Button>
        </div>
      </div>
      <p role="status" className="px-4 text-[0.8125rem] text-destructive">
        {excess > 0 && `${excess} characters too many`}
      </p>
    </form>
  );
});

/** Counted as the server counts: by characters, not by UTF-16 units. */
function excessOf(text: string): number {
  return text.length <= MESSAGE_LENGTH ? 0 : Math.max(0, Array.from(text).length - MESSAGE_LENGTH);
}
