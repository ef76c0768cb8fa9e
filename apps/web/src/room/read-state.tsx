import { personName } from '../talks/names.ts';
import { Icon } from '../ui/icon.tsx';
import type { RoomPerson } from './room-state.ts';

interface ReadStateProps {
  people: readonly RoomPerson[];
  myId: string;
  /** Of the message. */
  seq: number;
}

/** How far one's own message has come: one check for sent, two for read by everyone, and in between by whom. */
export function ReadState({ people, myId, seq }: ReadStateProps) {
  const others = people.filter(({ user }) => user.id !== myId);
  const readers = others.filter(({ readSeq }) => readSeq >= seq);
  const isRead = others.length > 0 && readers.length === others.length;
  const names = readers.map(({ user }) => personName(user)).join(', ');
  const text = isRead ? 'Read' : readers.length === 0 ? 'Sent' : `Read by ${names}`;
  return (
    <span
      className={isRead ? 'read-state read-state-read' : 'read-state'}
      title={names === '' ? text : `Read by ${names}`}
    >
      {!isRead && readers.length > 0 && <span aria-hidden="true">{readers.length}</span>}
      <Icon name={readers.length === 0 ? 'check' : 'twoChecks'} />
      <span className="visually-hidden">{text}</span>
    </span>
  );
}
