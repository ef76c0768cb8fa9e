import { linkParts } from './links.ts';

/** Text as it was written, with its web addresses as links. */
export function LinkedText({ text }: { text: string }) {
  return linkParts(text).map(({ text: part, href }, index) =>
    href === null ? (
      part
    ) : (
      // oxlint-disable-next-line react/no-array-index-key
      <a
        key={index}
        href={href}
        target="_blank"
        rel="noopener noreferrer"
        className="underline decoration-current/40 underline-offset-3 hover:decoration-current"
      >
        {part}
      </a>
    ),
  );
}
