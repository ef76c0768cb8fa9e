import { useEffect, useState } from 'react';

const SHOWN_MS = 3_000;

/** `lost` until the connection is back, and then `back` for a moment; null while there was nothing to recover from. */
export function useRecovery(isOpen: boolean, isLost: boolean): 'lost' | 'back' | null {
  const [state, setState] = useState<'lost' | 'back' | null>(null);
  if (isLost && state !== 'lost') setState('lost');
  if (isOpen && state === 'lost') setState('back');
  useEffect(() => {
    if (state !== 'back') return undefined;
    const timer = setTimeout(() => setState(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state]);
  return state;
}
