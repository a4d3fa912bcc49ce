import { formatAge, formatDateTime } from '../../shared/format.ts';
import { useNow } from './clock.ts';

/** The time since `at` (epoch ms, null = unknown); the tooltip gives date and time. */
export function Age({ at }: { readonly at: number | null }) {
  const nowMs = useNow();
  return (
    <time className="ada-age" title={formatDateTime(at)} dateTime={at === null ? undefined : new Date(at).toISOString()}>
      {formatAge(at, nowMs)}
    </time>
  );
}
