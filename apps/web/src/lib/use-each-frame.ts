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
      let task: ReturnType<typeof setTimeout> | undefined;
      const render = () => {
        frame = undefined;
        changed();
      };
      const end = subscribe(() => {
        // Not within the frame: what is scrolled to then would be measured before it is told of.
        frame ??= requestAnimationFrame(() => (task = setTimeout(render)));
      });
      return () => {
        if (frame !== undefined) cancelAnimationFrame(frame);
        clearTimeout(task);
        end();
      };
    },
    [subscribe],
  );
  return useSyncExternalStore(follow, getSnapshot);
}
