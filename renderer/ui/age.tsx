import { formatAge, formatDateTime } from '../../shared/format.ts';
import { useNow } from './clock.ts';

/** How long ago something was; hovering says when. `at` in epoch ms, null = unknown. */
export function Age({ at }: { readonly at: number | null }) {
  const nowMs = useNow();
  return (
    <time className="ada-age" title={formatDateTime(at)} dateTime={at === null ? undefined : new Date(at).toISOString()}>
      {formatAge(at, nowMs)}
    </time>
  );
}
