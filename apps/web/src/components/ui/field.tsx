import { useId, type ReactNode } from 'react';

import { cn } from '../../lib/cn.ts';

interface FieldProps {
  label: string;
  hint?: string | undefined;
  /** What is wrong with what is there. */
  problem?: string | undefined;
  className?: string;
  children: (control: ControlProps) => ReactNode;
}

/** What ties a control to its label and its texts. */
interface ControlProps {
  id: string;
  'aria-describedby'?: string;
  'aria-invalid'?: true;
}

/** A label, a control, and what is to be said of it. */
export function Field({ label, hint, problem, className, children }: FieldProps) {
  const id = useId();
  const text = problem ?? hint;
  return (
    <div data-slot="field" className={cn('grid gap-1.5', className)}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({
        id,
        ...(text !== undefined && { 'aria-describedby': `${id}-text` }),
        ...(problem !== undefined && { 'aria-invalid': true as const }),
      })}
      {text !== undefined && (
        <p
          id={`${id}-text`}
          className={cn(
            'text-[0.8125rem]',
            problem === undefined ? 'text-muted-foreground' : 'text-destructive',
          )}
        >
          {text}
        </p>
      )}
    </div>
  );
}
