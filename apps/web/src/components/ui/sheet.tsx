import { X } from 'lucide-react';
import { Dialog as SheetPrimitive } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';

import { cn } from '../../lib/cn.ts';
import { useFocusBack } from '../../lib/use-focus-back.ts';
import { Button } from './button.tsx';

export const Sheet = SheetPrimitive.Root;

interface SheetContentProps extends Omit<ComponentProps<typeof SheetPrimitive.Content>, 'title'> {
  title: ReactNode;
}

/** Comes in from the right, and fills a narrow screen. */
export function SheetContent({ title, className, children, ...props }: SheetContentProps) {
  const focusBack = useFocusBack();
  return (
    <SheetPrimitive.Portal>
      <div aria-hidden className="fixed inset-0 z-40 animate-in bg-black/40 duration-200 fade-in-0" />
      <SheetPrimitive.Content
        data-slot="sheet"
        onCloseAutoFocus={focusBack}
        aria-describedby={undefined}
        className={cn(
          'fixed inset-y-0 right-0 z-50 flex w-full flex-col bg-popover shadow-float duration-250 data-[state=closed]:animate-out data-[state=closed]:slide-out-to-right data-[state=open]:animate-in data-[state=open]:slide-in-from-right sm:max-w-md sm:border-l',
          className,
        )}
        {...props}
      >
        <header className="flex items-center gap-4 px-6 pt-5 pb-3">
          <SheetPrimitive.Title className="flex-1 text-lg font-semibold tracking-tight">
            {title}
          </SheetPrimitive.Title>
          <SheetPrimitive.Close asChild>
            <Button variant="ghost" size="icon-small" aria-label="Close" className="-mr-2">
              <X />
            </Button>
          </SheetPrimitive.Close>
        </header>
        <div className="min-h-0 flex-1 overflow-y-auto px-6 pb-8">{children}</div>
      </SheetPrimitive.Content>
    </SheetPrimitive.Portal>
  );
}
