import { useParley } from '../session/client-context.ts';
import { useNow } from '../ui/use-now.ts';
import { useConnection, useOffline } from './use-connection.ts';

/** Says what is wrong with the connection, and nothing while it is well. */
export function ConnectionBanner() {
  const { client } = useParley();
  const connection = useConnection();
  const isOffline = useOffline() && connection.state !== 'open';
  return (
    <div role="status" className="banner-place">
      {isOffline ? (
        <p className="banner">You are offline. Parley goes on as soon as there is a network.</p>
      ) : connection.state === 'connecting' ? (
        <p className={connection.attempt === 0 ? 'banner banner-patient' : 'banner'}>
          {connection.attempt === 0 ? 'Connecting …' : 'Reconnecting …'}
        </p>
      ) : connection.state === 'waiting' ? (
        <p className="banner">
          The connection is lost.
          <Countdown until={connection.retryAt} />
          <button type="button" className="link-button" onClick={() => client.connection.retry()}>
            Try now
          </button>
        </p>
      ) : connection.state === 'unauthorised' ? (
        <p className="banner">
          The server does not accept this session any more.
          <button type="button" className="link-button" onClick={() => void client.signOut()}>
            Sign in again
          </button>
        </p>
      ) : null}
    </div>
  );
}

/** Not read out: it changes every second. */
function Countdown({ until }: { until: number }) {
  const now = useNow(500).getTime();
  const seconds = Math.max(1, Math.ceil((until - now) / 1_000));
  return <span aria-hidden="true"> Next attempt in {seconds} s.</span>;
}
