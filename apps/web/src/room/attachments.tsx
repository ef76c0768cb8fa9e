import { Paperclip } from 'lucide-react';

import { webAddress } from '../lib/links.ts';

/** What goes with a message: an address is a link, anything else is only named. */
export function Attachments({ addresses }: { addresses: readonly string[] }) {
  return addresses.map((address) => {
    const href = webAddress(address);
    return (
      <p key={address} className="flex min-w-0 items-center gap-2 text-sm">
        <Paperclip aria-hidden className="size-4 shrink-0" />
        {href === null ? (
          'Attachment'
        ) : (
          <a
            href={href}
            target="_blank"
            rel="noopener noreferrer"
            className="truncate underline underline-offset-3"
          >
            {address}
          </a>
        )}
      </p>
    );
  });
}
