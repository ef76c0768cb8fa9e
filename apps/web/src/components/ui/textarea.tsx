import type { ComponentProps } from 'react';

import { cn } from '../../lib/cn.ts';
import { fieldClasses } from './input.tsx';

/** Grows with what is in it. */
export function Textarea({ className, ...props }: ComponentProps<'textarea'>) {
  return (
    <textarea
      data-slot="textarea"
      className={cn(fieldClasses, 'field-sizing-content resize-none py-2.5', className)}
      {...props}
    />
  );
}
