import { Avatar as AvatarPrimitive } from 'radix-ui';

import { cn } from '../../lib/cn.ts';

interface AvatarProps {
  /** What its colour follows from. */
  id: string;
  name: string;
  picture?: string | null;
  /** Draws a dot; leave out where it is not known. */
  online?: boolean | undefined;
  size?: 'small' | 'default' | 'large';
}

const TONES = ['bg-tone-0', 'bg-tone-1', 'bg-tone-2', 'bg-tone-3', 'bg-tone-4', 'bg-tone-5'] as const;
const SIZES = { small: 'size-8 text-xs', default: 'size-11 text-sm', large: 'size-16 text-xl' } as const;

/** A picture, or initials. It stands beside a name, so it says nothing to a screen reader but who is online. */
export function Avatar({ id, name, picture = null, online, size = 'default' }: AvatarProps) {
  return (
    <span data-slot="avatar" className={cn('relative flex shrink-0', SIZES[size])}>
      <AvatarPrimitive.Root
        className={cn('flex size-full overflow-hidden rounded-full font-medium text-white', toneOf(id))}
      >
        {picture !== null && isWebAddress(picture) && (
          <AvatarPrimitive.Image
            src={picture}
            alt=""
            referrerPolicy="no-referrer"
            className="size-full object-cover"
          />
        )}
        <AvatarPrimitive.Fallback aria-hidden className="grid size-full place-items-center tracking-wide">
          {initials(name)}
        </AvatarPrimitive.Fallback>
      </AvatarPrimitive.Root>
      {online === true && (
        <span
          title="Online"
          className="absolute right-0 bottom-0 size-[28%] max-h-3.5 min-h-2.5 max-w-3.5 min-w-2.5 rounded-full border-2 border-background bg-online"
        >
          <span className="sr-only">Online</span>
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

function toneOf(id: string): string {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9_973;
  return TONES[sum % TONES.length] ?? TONES[0];
}

function isWebAddress(address: string): boolean {
  return /^https?:\/\//i.test(address) || /^\/(?!\/)/.test(address);
}
