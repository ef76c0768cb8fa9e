import type { Subscribable } from '@parley/client';
import { useCallback, useSyncExternalStore } from 'react';

/**
 * What is there at each frame: however often it changes before one, that is one rendering. The hooks of the SDK render at
 * each change, which is right for what changes seldom.
 */
export function useEachFrame<Value>({ subscribe, getSnapshot }: Subscribable<Value>): Value {
  const follow = useCallback(
    (changed: () => void) => {
      let frame: number | undefined;
      const end = subscribe(() => {
        frame ??= requestAnimationFrame(() => {
          frame = undefined;
          changed();
        });
      });
      return () => {
        if (frame !== undefined) cancelAnimationFrame(frame);
        end();
      };
    },
    [subscribe],
  );
  return useSyncExternalStore(follow, getSnapshot);
}
