import { personName } from '../talks/names.ts';
import type { RoomPerson } from './room-state.ts';

/** Who is writing. Its place is always there, so that the list does not jump; it is not read out, as it would be at every pause. */
export function TypingLine({ people, myId }: { people: readonly RoomPerson[]; myId: string }) {
  const names = people
    .filter(({ typing, user }) => typing && user.id !== myId)
    .map(({ user }) => personName(user));
  return (
    <p className="typing-line">
      {names.length > 0 && (
        <>
          <span className="typing-dots" aria-hidden="true">
            <span />
            <span />
            <span />
          </span>
          {typingText(names)}
        </>
      )}
    </p>
  );
}

function typingText(names: readonly string[]): string {
  const [first, second] = names;
  if (names.length === 1) return `${first} is typing …`;
  return names.length === 2 ? `${first} and ${second} are typing …` : 'Several people are typing …';
}
