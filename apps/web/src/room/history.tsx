import { memo, useCallback, useEffect, useRef, useState, type FocusEvent } from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';

import { HistoryRow } from './history-row.tsx';
import { JumpButtons } from './jump-buttons.tsx';
import { moveBetweenRows } from './rows.ts';
import type { TimelineItem } from './timeline.ts';
import { useHistoryScroll } from './use-history-scroll.ts';

interface HistoryProps {
  conversationId: string;
  items: readonly TimelineItem[];
  /** A message to show: scrolled to and lit once it is there. */
  target: { id: string } | null;
  hasOlder: boolean;
  isLoadingOlder: boolean;
  onOlder: () => void;
  /** See `TimelineInput`. */
  unreadSeq: number | null;
  /** Leads to where the unread ones begin. */
  onUnread: () => void;
  /** As far down as one has seen, by seq. */
  onSeen: (seq: number) => void;
}

/** So much is drawn beyond the screen, in pixels: rows have been measured before a turn of the wheel brings them in. */
const AHEAD = 450;

/** The virtualised history: only what is near the screen is in the page, however long the talk is. */
export const History = memo(function History({
  conversationId,
  items,
  target,
  onUnread,
  isLoadingOlder,
  ...props
}: HistoryProps) {
  const frame = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const scroll = useHistoryScroll({ list, frame, items, target, ...props });
  const [focused, setFocused] = useState<number | null>(null);
  const lit = useLit(target);
  const keepFocused = useCallback((event: FocusEvent<HTMLElement>) => {
    const row = event.target.closest<HTMLElement>('[data-index]');
    setFocused(row === null ? null : Number(row.dataset['index']));
  }, []);

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={frame}
        role="group"
        aria-label="Messages"
        aria-roledescription="History: the arrow keys lead from message to message, Enter opens what can be done with one"
        tabIndex={0}
        onKeyDown={(event) => moveBetweenRows(event, list.current)}
        onFocus={keepFocused}
        onBlur={() => setFocused(null)}
        onPointerDown={scroll.onHold}
        onWheel={scroll.onWheel}
        className="flex h-full flex-col overflow-y-auto overscroll-contain [overflow-anchor:none] focus-visible:-outline-offset-2"
      >
        <span className="grow" />
        <Virtualizer
          ref={list}
          as="ol"
          item="li"
          data={items}
          bufferSize={AHEAD}
          shift={scroll.isPrepended}
          keepMounted={focused === null ? [] : [focused]}
          onScroll={scroll.onScroll}
          onResize={scroll.onResize}
        >
          {(item, index) => (
            <div key={item.key} data-index={index} className="mx-auto w-full max-w-3xl px-3 sm:px-5">
              <HistoryRow item={item} isLit={item.kind === 'message' && item.message.id === lit} />
            </div>
          )}
        </Virtualizer>
        <span className="h-2 shrink-0" />
      </div>
      {isLoadingOlder && (
        <p
          role="status"
          className="absolute top-3 left-1/2 -translate-x-1/2 animate-in rounded-full border bg-popover px-3.5 py-1 text-[0.8125rem] text-muted-foreground shadow-soft fade-in-0"
        >
          Loading older messages …
        </p>
      )}
      <JumpButtons
        conversationId={conversationId}
        isAtBottom={scroll.isAtBottom}
        unreadAbove={scroll.isUnreadAbove}
        onNewest={scroll.toBottom}
        onUnread={onUnread}
      />
    </div>
  );
});

const LIT_MS = 1_800;

/** The message that one has just jumped to, for a moment. */
function useLit(target: { id: string } | null): string | null {
  const [over, setOver] = useState<{ id: string } | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    if (target === null) return undefined;
    timer.current = setTimeout(() => setOver(target), LIT_MS);
    return () => clearTimeout(timer.current);
  }, [target]);
  return target === over ? null : (target?.id ?? null);
}
