export interface TextPart {
  text: string;
  /** Where it leads; null for plain text. */
  href: string | null;
}

/** Only what begins with http or https becomes a link; the sentence's own marks at its end do not belong to it. */
export function linkParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(/\bhttps?:\/\/[^\s<>"']+/gi)) {
    const address = withoutTail(match[0]);
    const href = webAddress(address);
    if (href === null) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index), href: null });
    parts.push({ text: address, href });
    end = match.index + address.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), href: null });
  return parts;
}

/** The address, if it is one of http or https. */
export function webAddress(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const { protocol, href } = new URL(address);
  return protocol === 'http:' || protocol === 'https:' ? href : null;
}

function withoutTail(address: string): string {
  const trimmed = address.replace(/[.,;:!?*_~'”’»]+$/u, '');
  const opens = trimmed.split('(').length;
  return trimmed.endsWith(')') && trimmed.split(')').length > opens
    ? withoutTail(trimmed.slice(0, -1))
    : trimmed;
}
