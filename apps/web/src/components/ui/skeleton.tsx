import type { ComponentProps } from 'react';

import { cn } from '../../lib/cn.ts';

/** Holds the place of what is on its way. */
export function Skeleton({ className, ...props }: ComponentProps<'span'>) {
  return (
    <span
      data-slot="skeleton"
      aria-hidden
      className={cn('block animate-pulse rounded-lg bg-muted', className)}
      {...props}
    />
  );
}
