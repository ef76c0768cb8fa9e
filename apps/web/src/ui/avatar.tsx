import { useState } from 'react';

interface AvatarProps {
  /** What its colour follows from. */
  id: string;
  name: string;
  picture?: string | null;
  /** Draws a dot; leave out where it is not known. */
  online?: boolean;
  size?: 'small' | 'large';
}

const TONES = 6;

/** A picture, or initials. It stands beside a name, so it says nothing to a screen reader but who is online. */
export function Avatar({ id, name, picture = null, online, size = 'large' }: AvatarProps) {
  const [broken, setBroken] = useState(false);
  return (
    <span className={`avatar avatar-${size} tone-${toneOf(id)}`}>
      {picture !== null && !broken && isWebAddress(picture) ? (
        <img src={picture} alt="" referrerPolicy="no-referrer" onError={() => setBroken(true)} />
      ) : (
        <span aria-hidden="true">{initials(name)}</span>
      )}
      {online === true && (
        <span className="online-dot" title="Online">
          <span className="visually-hidden">Online</span>
        </span>
      )}
    </span>
  );
}

function initials(name: string): string {
  const words = name.split(/[\s._-]+/u).filter((word) => word !== '');
  const picked = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return picked.map((word) => Array.from(word ?? '?')[0]?.toUpperCase()).join('');
}

function toneOf(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9_973;
  return sum % TONES;
}

function isWebAddress(address: string): boolean {
  return /^https?:\/\//i.test(address) || /^\/(?!\/)/.test(address);
}
