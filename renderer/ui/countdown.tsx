import type { PanelError } from '../../shared/errors.ts';
import { formatDurationShort } from '../../shared/format.ts';
import { useNow } from './clock.ts';

/** When a retry is allowed according to the server, epoch ms; null = not given. */
export function retryAtOf(error: PanelError): number | null {
  const at = Number(error.facts?.['retryAt']);
  return error.facts?.['retryAt'] === undefined || !Number.isFinite(at) ? null : at;
}

/** `in 12 s`, counting down, then `over`. */
export function Countdown({ to, over = 'now' }: { readonly to: number; readonly over?: string }) {
  const leftMs = to - useNow();
  return <span className="ada-number">{leftMs > 0 ? `in ${formatDurationShort(Math.ceil(leftMs / 1000) * 1000)}` : over}</span>;
}
