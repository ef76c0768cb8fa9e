import { AlertDialog as AlertPrimitive } from 'radix-ui';
import type { ReactNode } from 'react';

import { useFocusBack } from '../../lib/use-focus-back.ts';
import { Button } from './button.tsx';

interface ConfirmProps {
  title: ReactNode;
  text: ReactNode;
  /** What the button says that does it. */
  action: string;
  /** What the one says that does not. */
  refusal: string;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that cannot be taken back. */
export function Confirm({ title, text, action, refusal, onConfirm, onClose }: ConfirmProps) {
  const focusBack = useFocusBack();
  return (
    <AlertPrimitive.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <AlertPrimitive.Portal>
        <div aria-hidden className="fixed inset-0 z-50 animate-in bg-black/40 duration-200 fade-in-0" />
        <AlertPrimitive.Content
          data-slot="confirm"
          onCloseAutoFocus={focusBack}
          className="fixed top-1/2 left-1/2 z-50 grid w-[calc(100%-2rem)] max-w-sm -translate-1/2 animate-in gap-2 rounded-3xl border bg-popover p-6 shadow-float duration-200 fade-in-0 zoom-in-95"
        >
          <AlertPrimitive.Title className="text-lg font-semibold tracking-tight">
            {title}
          </AlertPrimitive.Title>
          <AlertPrimitive.Description className="text-sm wrap-anywhere text-muted-foreground">
            {text}
          </AlertPrimitive.Description>
          <div className="mt-4 flex justify-end gap-2">
            <AlertPrimitive.Cancel asChild>
              <Button variant="soft">{refusal}</Button>
            </AlertPrimitive.Cancel>
            <AlertPrimitive.Action asChild>
              <Button
                variant="destructive"
                className="border-transparent bg-destructive-soft"
                onClick={onConfirm}
              >
                {action}
              </Button>
            </AlertPrimitive.Action>
          </div>
        </AlertPrimitive.Content>
      </AlertPrimitive.Portal>
    </AlertPrimitive.Root>
  );
}
