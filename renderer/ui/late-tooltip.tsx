import { lazy, type ReactElement, Suspense } from 'react';

// Called during the first paint, which is on the screen two frames later.
const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
const Tooltip = lazy(async () => {
  await frame();
  await frame();
  return { default: (await import('./tooltip.tsx')).Tooltip };
});

/** The kit's tooltip for parts of the first paint: its code, an eighth of the script for that paint, is loaded after it. */
export function LateTooltip({ label, children }: { readonly label: string; readonly children: ReactElement }) {
  return (
    <Suspense fallback={children}>
      <Tooltip label={label}>{children}</Tooltip>
    </Suspense>
  );
}
