import { useEffect, useState } from 'react';

/**
 * Returns the focus to the element that opened a dialog when the dialog unmounts, or to the main area if that element is gone.
 * Mantine returns it only for a dialog that stays mounted.
 */
export function useReturnFocus(): void {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      const target = opener instanceof HTMLElement && opener.isConnected ? opener : document.getElementById('main');
      // The dialog releases the focus first.
      requestAnimationFrame(() => {
        if (document.activeElement === null || document.activeElement === document.body) target?.focus({ preventScroll: true });
      });
    },
    [opener],
  );
}
