import { useEffect, useState } from 'react';
import { useIsPainted } from './use-is-painted.ts';

/** What `load` imports, which starts after the first paint; null until it is loaded. `load` must keep its identity. */
export function useAfterPaint<T>(load: () => Promise<T>): T | null {
  const isPainted = useIsPainted();
  const [loaded, setLoaded] = useState<{ readonly value: T } | null>(null);
  useEffect(() => {
    if (isPainted) void load().then((value) => setLoaded({ value }));
  }, [isPainted, load]);
  return loaded?.value ?? null;
}
