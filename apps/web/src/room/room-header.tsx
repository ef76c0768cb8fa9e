import { useConnection } from '../connection/use-connection.ts';
import { Link } from '../routing/link.tsx';
import { talksPath } from '../routing/route.ts';
import { useParley } from '../session/client-context.ts';
import { counterpart, talkName } from '../talks/names.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Icon } from '../ui/icon.tsx';
import { fromNow } from '../ui/time.ts';
import { useNow } from '../ui/use-now.ts';
import type { RoomState } from './room-state.ts';
import type { Room } from './use-room.ts';

interface RoomHeaderProps {
  room: Room;
  onOffer: () => void;
}

export function RoomHeader({ room, onOffer }: RoomHeaderProps) {
  const { me } = useParley();
  const now = useNow();
  const isKnown = useConnection().state === 'open';
  const { talk, people } = room;
  const named = talk === null ? null : { ...talk, people };
  const name = named === null ? 'Opening …' : talkName(named, me.id);
  const other = named === null ? undefined : counterpart(named, me.id);
  return (
    <header className="room-head">
      <Link href={talksPath} className="icon-button back-button" aria-label="All talks">
        <Icon name="back" />
      </Link>
      <Avatar
        id={other?.user.id ?? room.conversationId}
        name={name}
        picture={other?.user.avatar ?? null}
        {...(other && { online: other.online })}
      />
      <div className="room-title">
        <h1>{name}</h1>
        {talk !== null && (
          <p>
            {talk.subject !== null && <span className="room-subject">{talk.subject}</span>}
            {isKnown && <span className="room-presence">{presenceText(room, me.id, now)}</span>}
          </p>
        )}
      </div>
      <button type="button" className="button button-small" onClick={onOffer} disabled={talk === null}>
        <Icon name="offer" />
        <span className="wide-only">Make an offer</span>
        <span className="narrow-only">Offer</span>
      </button>
    </header>
  );
}

function presenceText({ talk, people }: RoomState, myId: string, now: Date): string {
  const other = talk === null ? undefined : counterpart({ ...talk, people }, myId);
  if (other === undefined) {
    const online = people.filter((one) => one.online).length;
    return `${people.length} people, ${online} online`;
  }
  if (other.online) return 'Online';
  return other.lastSeenAt === null ? 'Offline' : `Last seen ${fromNow(other.lastSeenAt, now)}`;
}
