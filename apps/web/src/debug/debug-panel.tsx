import { useConnection, useOutbox } from '@parley/client/react';
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
  const log = useEventLog(route.name === 'talk' ? route.conversationId : undefined);
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
              ...Object.fromEntries(Object.entries(state).map(([name, value]) => [name, String(value)])),
              'next attempt': retryInMs === null ? '–' : `${Math.ceil(retryInMs / 1_000)} s`,
              latency: latencyMs === null ? '–' : `${latencyMs} ms`,
              outbox: `${outgoing.length}`,
              'events, room': `${log.room}`,
              'events, inbox': `${log.inbox}`,
              subscribed: `${log.joined} times, ${log.resumed} resumed`,
              resets: `${log.resets}`,
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
