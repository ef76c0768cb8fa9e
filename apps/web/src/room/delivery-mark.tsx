import type { Delivery } from '@parley/client';
import { Check, CheckCheck, CircleAlert, Clock } from 'lucide-react';

import { cn } from '../lib/cn.ts';

const TEXTS: Record<Delivery, string> = {
  queued: 'Waiting to be sent',
  sending: 'Sending',
  sent: 'Sent',
  delivered: 'Delivered',
  read: 'Read',
  failed: 'Not sent',
};

const ICONS: Record<Delivery, typeof Check> = {
  queued: Clock,
  sending: Clock,
  sent: Check,
  delivered: CheckCheck,
  read: CheckCheck,
  failed: CircleAlert,
};

/** How far one's own message has come. */
export function DeliveryMark({ delivery }: { delivery: Delivery }) {
  const Icon = ICONS[delivery];
  return (
    <span title={TEXTS[delivery]}>
      <Icon
        aria-hidden
        className={cn(
          'size-3.75',
          delivery === 'read' && 'text-primary',
          delivery === 'failed' && 'text-destructive',
          delivery === 'queued' && 'opacity-70',
        )}
      />
      <span className="sr-only">{TEXTS[delivery]}</span>
    </span>
  );
}
