/** The keyboard in the history: rows are no stops of the Tab key, the arrows lead from one to the next. */
import type { KeyboardEvent } from 'react';
import type { VirtualizerHandle } from 'virtua';

export function moveBetweenRows(event: KeyboardEvent<HTMLElement>, list: VirtualizerHandle | null): void {
  const { currentTarget: frame, target } = event;
  const current = target === frame ? null : (target as HTMLElement).closest<HTMLElement>('[data-row]');
  // Keys of what is inside of a row are its own.
  if (target !== frame && target !== current) return;
  if (event.key === 'Enter' && current !== null) {
    event.preventDefault();
    const actions = current.querySelector('[data-actions]');
    // Its menu opens by a key or by a pointer, not by a click alone.
    actions?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    return;
  }
  if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
  const rows = [...frame.querySelectorAll<HTMLElement>('[data-row]')];
  const next =
    current === null
      ? rows.findLast((row) => isWithin(row, frame))
      : rows[rows.indexOf(current) + (event.key === 'ArrowUp' ? -1 : 1)];
  if (next === undefined) {
    // The end of what is drawn: the next step finds more there.
    list?.scrollBy(event.key === 'ArrowUp' ? -frame.clientHeight / 2 : frame.clientHeight / 2);
  } else {
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
  }
  event.preventDefault();
}

function isWithin(row: HTMLElement, frame: HTMLElement): boolean {
  const [inner, outer] = [row.getBoundingClientRect(), frame.getBoundingClientRect()];
  return inner.top >= outer.top && inner.bottom <= outer.bottom;
}
