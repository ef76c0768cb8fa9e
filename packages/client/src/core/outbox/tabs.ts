/**
 * Makes one tab of a person send for all of them. It promises: each tab shows every entry and how far it has come; the
 * one that holds the lock sends them, with the clientIds that they have; the tab that the person looks at takes the
 * lock, since the browser slows the others down, and when its holder closes or dies the next one has it. For a moment
 * after the lock was taken both may send the same message: the server posts a clientId once.
 */
import type { ClientId, Message } from '@parley/contract';

import type { ParleyClientError } from '../errors.ts';
import type { Failure as FailureClass } from '../failure.ts';
import type { OutboxDesk, OutboxSeat } from './desk.ts';
import type { Outgoing } from './entry.ts';

/** How many ended messages a tab remembers, so that a tab that has not heard of it yet does not bring them back. */
const MOST_ENDED = 1_000;

interface TabsOptions {
  /** The class of errors: to import it here would tear the main chunk in two. */
  readonly Failure: typeof FailureClass;
  readonly platform?: TabsPlatform;
}

/** What is needed of a browser. */
export interface TabsPlatform {
  readonly locks: Pick<LockManager, 'request'>;
  readonly channel: (name: string) => Pick<BroadcastChannel, 'postMessage' | 'addEventListener' | 'close'>;
  /** Whether the person looks at this tab. */
  readonly isVisible: () => boolean;
  /** Calls `changed` when that changes. Returns what ends it. */
  readonly watch: (changed: () => void) => () => void;
}

/** An error as it passes from tab to tab. */
type Told = Omit<Outgoing, 'error'> & { error: Pick<ParleyClientError, 'message' | 'shape'> | null };

type Note =
  /** `leads`: the one who sends says so. `again`: those that are here again after they had ended. */
  | { type: 'entries'; entries: Told[]; leads: boolean; again: ClientId[] }
  | { type: 'ended'; clientId: ClientId; message: Message | null }
  | { type: 'retried'; clientId: ClientId }
  | { type: 'asked' };

/**
 * @param name of the lock and the channel: one per server and person
 * @throws Error where tabs cannot agree
 */
export function joinTabs(
  name: string,
  desk: OutboxDesk,
  { Failure, platform = thisBrowser() }: TabsOptions,
): OutboxSeat {
  const channel = platform.channel(name);
  const ended = new Set<ClientId>();
  const left = new AbortController();
  let queueing = new AbortController();
  let leads = false;
  let release = (): void => undefined;

  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none: it is of one origin
  const tell = (note: Note): void => channel.postMessage(note);
  const tellEntries = (outgoing: readonly Outgoing[]) => {
    if (outgoing.length === 0) return;
    const again = outgoing.map(({ clientId }) => clientId).filter((clientId) => ended.delete(clientId));
    tell({ type: 'entries', entries: outgoing.map(told), leads, again });
  };

  const heard = ({ error, ...rest }: Told): Outgoing => ({
    ...rest,
    // Nobody else is sending it any more.
    delivery: leads && rest.delivery === 'sending' ? 'queued' : rest.delivery,
    error: error && new Failure(error.message, { shape: error.shape ?? undefined }),
  });

  function remember(clientId: ClientId): void {
    ended.add(clientId);
    const [oldest] = ended;
    if (ended.size > MOST_ENDED && oldest !== undefined) ended.delete(oldest);
  }

  function hear(note: Note): void {
    switch (note.type) {
      case 'asked':
        tellEntries(desk.getSnapshot());
        return;
      case 'ended':
        remember(note.clientId);
        desk.end(note.clientId, note.message);
        return;
      case 'retried':
        if (leads) desk.retry(note.clientId);
        return;
      case 'entries': {
        for (const clientId of note.again) ended.delete(clientId);
        const known = new Set(desk.getSnapshot().map((it) => it.clientId));
        const isBetter = note.leads && !leads;
        const news = note.entries.filter(
          ({ clientId }) => !ended.has(clientId) && (isBetter || !known.has(clientId)),
        );
        desk.take(news.map(heard));
      }
    }
  }

  /** Waits for the lock, or takes it from whoever has it; a later call takes the place of an earlier one. */
  async function compete(steal: boolean): Promise<void> {
    queueing.abort();
    const turn = (queueing = new AbortController());
    const isOver = () => left.signal.aborted || turn !== queueing;
    let held = false;
    try {
      await platform.locks.request(name, steal ? { steal } : { signal: turn.signal }, async () => {
        if (isOver()) return;
        held = true;
        lead(true);
        await new Promise<void>((resolve) => (release = resolve));
      });
    } catch (error) {
      if (isOver()) return;
      // Taken by another tab; or there are no locks here after all, and this tab sends its own.
      lead(!held && (error as Error).name !== 'AbortError');
      if (held) void compete(false);
    }
  }

  function lead(now: boolean): void {
    leads = now;
    void desk.lead(now);
    tell({ type: 'asked' });
  }

  channel.addEventListener('message', ({ data }: MessageEvent<Note>) => {
    if (!left.signal.aborted) hear(data);
  });
  const unwatch = platform.watch(() => {
    if (!leads && platform.isVisible()) void compete(true);
  });
  tell({ type: 'asked' });
  void compete(platform.isVisible());

  return {
    changed: tellEntries,
    ended: (clientId, message) => {
      remember(clientId);
      tell({ type: 'ended', clientId, message });
    },
    retried: (clientId) => tell({ type: 'retried', clientId }),
    leave: () => {
      left.abort();
      queueing.abort();
      unwatch();
      channel.close();
      release();
    },
  };
}

function told({ error, ...rest }: Outgoing): Told {
  return { ...rest, error: error && { message: error.message, shape: error.shape } };
}

function thisBrowser(): TabsPlatform {
  const { locks } = navigator;
  if (!locks || typeof BroadcastChannel === 'undefined') throw new Error('Tabs cannot agree here');
  return {
    locks,
    channel: (name) => new BroadcastChannel(name),
    isVisible: () => document.visibilityState === 'visible',
    watch: (changed) => {
      document.addEventListener('visibilitychange', changed);
      return () => document.removeEventListener('visibilitychange', changed);
    },
  };
}
