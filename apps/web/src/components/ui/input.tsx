import type { ComponentProps } from 'react';

import { cn } from '../../lib/cn.ts';

/** What fields of one line, of several and choices look like. */
export const fieldClasses =
  'w-full min-w-0 rounded-xl border border-input/70 bg-card px-3.5 text-base transition-[border-color,box-shadow] outline-none placeholder:text-muted-foreground hover:border-input focus-visible:border-ring focus-visible:ring-3 focus-visible:ring-ring/30 disabled:opacity-50 aria-invalid:border-destructive aria-invalid:ring-destructive/25 md:text-sm';

export function Input({ className, ...props }: ComponentProps<'input'>) {
  return <input data-slot="input" className={cn(fieldClasses, 'h-11', className)} {...props} />;
}
