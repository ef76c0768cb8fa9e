import { useConnection, useOutbox, useSession } from '@parley/client/react';
import { CloudOff, PlugZap, Wifi } from 'lucide-react';
import type { ReactNode } from 'react';

import { Button } from '../components/ui/button.tsx';
import { cn } from '../lib/cn.ts';
import { useLasting } from './use-lasting.ts';
import { useOffline } from './use-offline.ts';
import { useRecovery } from './use-recovery.ts';

/** To connect is not worth a word unless it takes so long. */
const SLOW_MS = 1_500;

/** Says what is wrong with the connection, that it is well again, and nothing while it is well. */
export function ConnectionBanner() {
  const connection = useConnection();
  const { state } = connection;
  const isWaiting = useOutbox(({ outgoing }) => outgoing.length > 0);
  // A socket may seem open for a while after the network has gone: what does not get out tells.
  const isStuck = useOffline() && state === 'open' && isWaiting;
  const isOffline = isStuck || (state === 'suspended' && connection.reason === 'offline');
  const recovery = useRecovery(state === 'open' && !isStuck, state === 'waiting' || isOffline);
  const isConnecting = state === 'connecting';
  const isSlow = useLasting(isConnecting && recovery === null, SLOW_MS);
  return (
    <div role="status">
      {isOffline && (
        <Strip icon={<CloudOff />}>
          You are offline. Messages that you write are sent as soon as there is a network.
        </Strip>
      )}
      {state === 'waiting' && (
        <Strip icon={<PlugZap />}>
          The connection is lost.
          <RetryIn ms={connection.retryInMs ?? 0} />
          <StripButton onClick={connection.retry}>Try now</StripButton>
        </Strip>
      )}
      {isSlow && <Strip icon={<PlugZap />}>Connecting …</Strip>}
      {isConnecting && recovery !== null && <Strip icon={<PlugZap />}>Reconnecting …</Strip>}
      {state === 'unauthorised' && <SessionOver />}
      {state === 'open' && recovery === 'back' && (
        <Strip icon={<Wifi />} isGood>
          You are connected again{connection.transport === 'sse' && ', over a slower line'}.
        </Strip>
      )}
    </div>
  );
}

function SessionOver() {
  const { signOut } = useSession();
  return (
    <Strip icon={<PlugZap />}>
      The server does not accept this session any more.
      <StripButton onClick={() => void signOut().catch(() => undefined)}>Sign in again</StripButton>
    </Strip>
  );
}

interface StripProps {
  icon: ReactNode;
  isGood?: boolean;
  children: ReactNode;
}

function Strip({ icon, isGood = false, children }: StripProps) {
  return (
    <p
      className={cn(
        'flex min-h-9 flex-wrap items-center justify-center gap-x-2 px-4 py-1.5 text-center text-[0.8125rem] font-medium [&_svg]:size-4 [&_svg]:shrink-0',
        isGood ? 'bg-good-soft text-good' : 'bg-deal-soft text-deal',
      )}
    >
      {icon}
      {children}
    </p>
  );
}

function StripButton({ onClick, children }: { onClick: () => void; children: string }) {
  return (
    <Button variant="link" size="inline" onClick={onClick} className="text-current underline">
      {children}
    </Button>
  );
}

/** Not read out: it changes every second. */
function RetryIn({ ms }: { ms: number }) {
  return (
    <span aria-hidden className="tabular-nums">
      Reconnecting in {Math.max(1, Math.ceil(ms / 1_000))} s.
    </span>
  );
}
