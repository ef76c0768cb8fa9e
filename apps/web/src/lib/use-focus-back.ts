import { useState } from 'react';

/** For a dialog's `onCloseAutoFocus`: gives the focus back to what had it, unless something else has taken it already. */
export function useFocusBack(): () => void {
  const [opener] = useState(() => document.activeElement);
  return () => {
    if (document.activeElement !== document.body) return;
    // What opened it may be gone: a line of a menu.
    const place = opener?.isConnected === true ? opener : document.getElementById('room');
    if (place instanceof HTMLElement) place.focus({ preventScroll: true });
  };
}
