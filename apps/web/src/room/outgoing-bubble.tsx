import { useOutbox } from '../outbox/outbox-context.ts';
import type { Outgoing } from '../outbox/outbox.ts';
import { Icon } from '../ui/icon.tsx';
import { LinkedText } from '../ui/linked-text.tsx';
import { clockTime } from '../ui/time.ts';

interface OutgoingBubbleProps {
  outgoing: Outgoing;
  /** Of several in a row. */
  isFirst: boolean;
}

/** A message on its way out. */
export function OutgoingBubble({ outgoing, isFirst }: OutgoingBubbleProps) {
  const outbox = useOutbox();
  const { clientId, state, problem, createdAt, content } = outgoing;
  return (
    <article className={`message ${isFirst ? 'message-first' : ''} message-${state}`}>
      <div className="bubble">
        <span className="visually-hidden">You: </span>
        <p className="message-text">
          <LinkedText text={content} />
        </p>
        <p className="message-foot">
          <time dateTime={createdAt.toISOString()}>{clockTime(createdAt)}</time>
          <span className="read-state" title={STATES[state].text}>
            <Icon name={STATES[state].icon} />
            <span className="visually-hidden">{STATES[state].text}</span>
          </span>
        </p>
      </div>
      {state === 'failed' && (
        <p className="failed-line" role="alert">
          <span>Not sent. {problem?.text}.</span>
          <button type="button" className="link-button" onClick={() => outbox.retry(clientId)}>
            Try again
          </button>
          <button type="button" className="link-button" onClick={() => outbox.discard(clientId)}>
            Discard
          </button>
        </p>
      )}
    </article>
  );
}

const STATES = {
  sending: { icon: 'clock', text: 'Sending' },
  sent: { icon: 'check', text: 'Sent' },
  failed: { icon: 'warning', text: 'Not sent' },
} as const;
