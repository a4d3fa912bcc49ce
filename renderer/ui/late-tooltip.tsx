import { lazy, type ReactElement, Suspense } from 'react';

// Called while the first image is drawn, which is on the screen two frames later.
const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
const Tooltip = lazy(async () => {
  await frame();
  await frame();
  return { default: (await import('./tooltip.tsx')).Tooltip };
});

/** The kit's tooltip for what is in the first image: its code, an eighth of all that would be read before, comes after. */
export function LateTooltip({ label, children }: { readonly label: string; readonly children: ReactElement }) {
  return (
    <Suspense fallback={children}>
      <Tooltip label={label}>{children}</Tooltip>
    </Suspense>
  );
}
