import { useEffect, useState } from 'react';

/**
 * Gives the focus back to what had it when a dialog that is mounted open goes away; to the page's main area when that is gone.
 * Mantine does so only for a dialog that stays mounted.
 */
export function useReturnFocus(): void {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      const target = opener instanceof HTMLElement && opener.isConnected ? opener : document.getElementById('main');
      // After the dialog has let go of the focus.
      requestAnimationFrame(() => {
        if (document.activeElement === null || document.activeElement === document.body) target?.focus({ preventScroll: true });
      });
    },
    [opener],
  );
}
