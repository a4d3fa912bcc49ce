import type { PanelError } from '../../shared/errors.ts';
import { formatDurationShort } from '../../shared/format.ts';
import { useNow } from './clock.ts';

/** When whoever refused said it may be tried again, epoch ms; null = it did not say. */
export function retryAtOf(error: PanelError): number | null {
  const at = Number(error.facts?.['retryAt']);
  return error.facts?.['retryAt'] === undefined || !Number.isFinite(at) ? null : at;
}

/** `again in 12 s`, counting down; says when it is over. */
export function Countdown({ to, over = 'now' }: { readonly to: number; readonly over?: string }) {
  const leftMs = to - useNow();
  return <span className="ada-number">{leftMs > 0 ? `in ${formatDurationShort(Math.ceil(leftMs / 1000) * 1000)}` : over}</span>;
}
