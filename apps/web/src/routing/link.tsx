import type { ComponentProps, MouseEvent } from 'react';

import { navigate } from './route.ts';

/** A link within the app: a plain click stays on the page, any other one is the browser's. */
export function Link({ href, onClick, ...props }: ComponentProps<'a'> & { href: string }) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(href);
  };
  return <a {...props} href={href} onClick={follow} />;
}
