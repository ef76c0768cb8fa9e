import type { ComponentProps } from 'react';

import { cn } from '../../lib/cn.ts';

export function Card({ className, ...props }: ComponentProps<'div'>) {
  return (
    <div data-slot="card" className={cn('rounded-3xl border bg-card shadow-soft', className)} {...props} />
  );
}
