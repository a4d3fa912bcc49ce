import { formatAge, formatDateTime } from '../../shared/format.ts';
import { useOfNow } from './clock.ts';

/** The time since `at` (epoch ms, null = unknown); the tooltip gives date and time. */
export function Age({ at }: { readonly at: number | null }) {
  const age = useOfNow((nowMs) => formatAge(at, nowMs));
  return (
    <time className="ada-age" title={formatDateTime(at)} dateTime={at === null ? undefined : new Date(at).toISOString()}>
      {age}
    </time>
  );
}
