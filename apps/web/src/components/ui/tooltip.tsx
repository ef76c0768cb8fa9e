import { Tooltip as TooltipPrimitive } from 'radix-ui';
import { useState, type ReactNode } from 'react';

import { landmark } from '../../lib/landmark.ts';

export const TooltipProvider = TooltipPrimitive.Provider;

/** Names a button that has only an icon; the button still needs its own accessible name. */
export function Tooltip({ text, children }: { text: string; children: ReactNode }) {
  const [container, setContainer] = useState<HTMLElement | null>(null);
  return (
    <TooltipPrimitive.Root onOpenChange={(isOpen) => isOpen && setContainer(landmark())}>
      <TooltipPrimitive.Trigger asChild>{children}</TooltipPrimitive.Trigger>
      <TooltipPrimitive.Portal container={container}>
        <TooltipPrimitive.Content
          sideOffset={6}
          collisionPadding={8}
          className="z-50 animate-in rounded-lg bg-foreground px-2.5 py-1 text-xs font-medium text-background fade-in-0 zoom-in-95"
        >
          {text}
        </TooltipPrimitive.Content>
      </TooltipPrimitive.Portal>
    </TooltipPrimitive.Root>
  );
}
