import { useParley } from '@parley/client/react';
import { useCallback, useState } from 'react';

/** How long a small call takes, there and back. */
export function useLatency(): { latencyMs: number | null; measure: () => void } {
  const { trpc } = useParley();
  const [latencyMs, setLatency] = useState<number | null>(null);
  const measure = useCallback(() => {
    const began = performance.now();
    trpc.auth.me.query().then(
      () => setLatency(Math.round(performance.now() - began)),
      () => setLatency(null),
    );
  }, [trpc]);
  return { latencyMs, measure };
}
