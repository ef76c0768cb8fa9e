import { X } from 'lucide-react';
import { Toast as ToastPrimitive } from 'radix-ui';
import type { ComponentProps } from 'react';

import { Button } from './button.tsx';

export const ToastProvider = ToastPrimitive.Provider;

/** Where toasts are; F8 leads there. */
export function ToastViewport() {
  return (
    <ToastPrimitive.Viewport className="fixed top-[max(0.75rem,env(safe-area-inset-top))] right-3 left-3 z-60 flex flex-col gap-2 outline-none sm:left-auto sm:w-90" />
  );
}

export function Toast({ children, ...props }: ComponentProps<typeof ToastPrimitive.Root>) {
  return (
    <ToastPrimitive.Root
      data-slot="toast"
      className="flex items-start gap-3 rounded-2xl border bg-popover p-4 pr-3 shadow-float data-[state=closed]:animate-out data-[state=closed]:fade-out-0 data-[state=open]:animate-in data-[state=open]:fade-in-0 data-[state=open]:slide-in-from-top-2 data-[swipe=end]:animate-out data-[swipe=end]:slide-out-to-right-full data-[swipe=move]:translate-x-(--radix-toast-swipe-move-x)"
      {...props}
    >
      <div className="grid min-w-0 flex-1 gap-0.5">{children}</div>
      <ToastPrimitive.Close asChild>
        <Button variant="ghost" size="icon-small" aria-label="Dismiss" className="-my-1">
          <X />
        </Button>
      </ToastPrimitive.Close>
    </ToastPrimitive.Root>
  );
}

export function ToastTitle(props: ComponentProps<typeof ToastPrimitive.Title>) {
  return <ToastPrimitive.Title className="text-sm font-medium wrap-anywhere" {...props} />;
}

export function ToastDescription(props: ComponentProps<typeof ToastPrimitive.Description>) {
  return (
    <ToastPrimitive.Description
      className="line-clamp-2 text-[0.8125rem] wrap-anywhere text-muted-foreground"
      {...props}
    />
  );
}
