import { X } from 'lucide-react';
import { Dialog as DialogPrimitive } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';

import { cn } from '../../lib/cn.ts';
import { useFocusBack } from '../../lib/use-focus-back.ts';
import { Button } from './button.tsx';

export const Dialog = DialogPrimitive.Root;
export const DialogClose = DialogPrimitive.Close;

interface DialogContentProps extends Omit<ComponentProps<typeof DialogPrimitive.Content>, 'title'> {
  title: ReactNode;
  description?: ReactNode;
}

/** In the middle of a wide screen, at the bottom of a narrow one. */
export function DialogContent({ title, description, className, children, ...props }: DialogContentProps) {
  const focusBack = useFocusBack();
  return (
    <DialogPrimitive.Portal>
      {/* Not Radix's own overlay: the page does not scroll, and its lock would write a style into it. */}
      <div aria-hidden className="fixed inset-0 z-40 animate-in bg-black/40 duration-200 fade-in-0" />
      <DialogPrimitive.Content
        data-slot="dialog"
        onOpenAutoFocus={focusField}
        onCloseAutoFocus={focusBack}
        className={cn(
          'fixed inset-x-0 bottom-0 z-50 flex max-h-[92dvh] flex-col rounded-t-3xl border bg-popover shadow-float duration-200 data-[state=closed]:animate-out data-[state=closed]:fade-out-0 data-[state=open]:animate-in data-[state=open]:fade-in-0 data-[state=open]:slide-in-from-bottom-4 sm:inset-x-auto sm:top-1/2 sm:bottom-auto sm:left-1/2 sm:w-[calc(100%-2rem)] sm:max-w-lg sm:-translate-1/2 sm:rounded-3xl',
          className,
        )}
        {...(description === undefined && { 'aria-describedby': undefined })}
        {...props}
      >
        <header className="flex items-start gap-4 px-6 pt-5 pb-3">
          <div className="grid min-w-0 flex-1 gap-1">
            <DialogPrimitive.Title className="text-lg font-semibold tracking-tight wrap-anywhere">
              {title}
            </DialogPrimitive.Title>
            {description !== undefined && (
              <DialogPrimitive.Description className="text-sm text-muted-foreground">
                {description}
              </DialogPrimitive.Description>
            )}
          </div>
          <DialogClose asChild>
            <Button variant="ghost" size="icon-small" aria-label="Close" className="-mr-2">
              <X />
            </Button>
          </DialogClose>
        </header>
        {children}
      </DialogPrimitive.Content>
    </DialogPrimitive.Portal>
  );
}

/** One begins with the first field, not with the way out; on a touch screen the keyboard would cover it. */
function focusField(event: Event): void {
  if (!(event.currentTarget instanceof HTMLElement) || !matchMedia('(pointer: fine)').matches) return;
  const field = event.currentTarget.querySelector<HTMLElement>('input, textarea');
  if (field === null) return;
  event.preventDefault();
  field.focus();
}

export function DialogBody({ className, ...props }: ComponentProps<'div'>) {
  return <div className={cn('min-h-0 flex-1 overflow-y-auto px-6 pt-1 pb-6', className)} {...props} />;
}

export function DialogFooter({ className, ...props }: ComponentProps<'div'>) {
  return (
    <div
      className={cn(
        'flex flex-wrap justify-end gap-2 border-t px-6 py-4 pb-[max(1rem,env(safe-area-inset-bottom))]',
        className,
      )}
      {...props}
    />
  );
}
