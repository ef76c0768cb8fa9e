/** One process has every client, and the way between them and the nodes: what it is late for is not the server's doing. */
import type { History } from './history.ts';

const BEAT_MS = 50;
/** What is less is as good as nothing. */
const NOTED_MS = 100;

/** Writes down when this process has stood still. */
export function noteStandstills(history: History): Disposable {
  let dueAt = performance.now() + BEAT_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    if (now - dueAt > NOTED_MS) history.add({ kind: 'stood-still', ms: Math.round(now - dueAt) });
    dueAt = now + BEAT_MS;
  }, BEAT_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
