import { useConnection, useOutbox, useParley } from '@parley/client/react';
import { useState } from 'react';

import { Button } from '../components/ui/button.tsx';
import { useRoute } from '../routing/route.ts';
import { useEventLog } from './use-event-log.ts';
import { useLatency } from './use-latency.ts';

/** What the SDK knows of itself: shown with `?debug` in the address. */
export function DebugPanel() {
  const route = useRoute();
  const connection = useConnection();
  const outgoing = useOutbox((it) => it.outgoing);
  const client = useParley();
  const openId = route.name === 'talk' ? route.conversationId : undefined;
  const room = openId === undefined ? undefined : client.conversation(openId);
  const log = useEventLog(openId);
  const { latencyMs, measure } = useLatency();
  const [isOpen, setOpen] = useState(() => matchMedia('(min-width: 64rem)').matches);
  const { retry: _retry, retryInMs, ...state } = connection;
  return (
    <aside
      aria-label="Debug"
      className="flex shrink-0 flex-col overflow-hidden border-t bg-sidebar text-xs max-lg:max-h-[40dvh] lg:w-80 lg:border-t-0 lg:border-l"
    >
      <header className="flex items-center justify-between gap-2 border-b py-1 pr-1 pl-4">
        <h2 className="font-semibold">Debug</h2>
        <Button variant="ghost" size="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Hide' : 'Show'}
        </Button>
      </header>
      {isOpen && (
        <div
          tabIndex={0}
          role="group"
          aria-label="State"
          className="grid gap-3 overflow-y-auto p-4 font-mono"
        >
          <Facts
            facts={{
              ...Object.fromEntries(
                Object.entries(state).map(([name, value]) => [name, textOf(name, value)]),
              ),
              'next attempt': retryInMs === null ? '–' : `${Math.ceil(retryInMs / 1_000)} s`,
              latency: latencyMs === null ? '–' : `${latencyMs} ms`,
              outbox: `${outgoing.length}`,
              'cursor, room': `${room?.cursor ?? '–'}`,
              'cursor, inbox': `${client.inbox.cursor ?? '–'}`,
              'events, room': `${log.count.room}`,
              'events, inbox': `${log.count.inbox}`,
              'room joined': `${log.joined}`,
              'room resumed': `${log.resumed}`,
              'events replayed': `${log.replayed}`,
              'room reset': `${log.resets}`,
            }}
          />
          <Button variant="outline" size="small" className="font-sans" onClick={measure}>
            Measure the latency
          </Button>
          <ol aria-label="Last events" className="grid gap-1">
            {log.last.map(({ key, at, from, type }) => (
              <li key={key} className="flex gap-2">
                <time className="text-muted-foreground">{at.toISOString().slice(11, 23)}</time>
                <span className="text-muted-foreground">{from}</span>
                <span className="truncate">{type}</span>
              </li>
            ))}
          </ol>
        </div>
      )}
    </aside>
  );
}

/** Times are milliseconds since 1970. */
function textOf(name: string, value: unknown): string {
  return name === 'since' || name === 'retryAt'
    ? new Date(Number(value)).toISOString().slice(11, 23)
    : String(value);
}

function Facts({ facts }: { facts: Record<string, string> }) {
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
      {Object.entries(facts).map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted-foreground">{name}</dt>
          <dd className="truncate text-right tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
