import type { Tone } from './tone.tsx';

/** A progress bar; `share` from 0 to 1, null = unknown. */
export function ProgressBar({ label, share, tone }: { readonly label: string; readonly share: number | null; readonly tone: Tone }) {
  return (
    <div
      className="ada-progress"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(share === null ? {} : { 'aria-valuenow': Math.round(share * 100) })}
    >
      <span data-tone={tone} style={{ width: `${(share ?? 0) * 100}%` }} />
    </div>
  );
}
