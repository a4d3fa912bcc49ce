import type { Notice } from '../../shared/capabilities/app/contract.ts';

/** Notices that say the same: the newest of them, with their number. */
export interface NoticeGroup {
  readonly newest: Notice;
  readonly count: number;
  readonly firstAt: number;
}

/** Figures with their unit, and times of day. */
const FIGURES = /\d\d:\d\d(?::\d\d)?|\d[\d.,]* (?:ms|s|min|h|d|%|B|[KMGT]iB|times)(?!\w)/g;

/** Durations, sizes and times in a message differ from one time to the next, and say the same. */
const keyOf = ({ tone, message, error, hostLabel, opens }: Notice): string =>
  [tone, error?.code ?? '', message.replace(FIGURES, '#'), hostLabel ?? '', opens?.page ?? '', opens?.unit ?? ''].join('\n');

/** `notices` (newest last) with equal ones as one group; the group whose newest notice is the newest comes first. */
export function groupNotices(notices: readonly Notice[]): readonly NoticeGroup[] {
  const groups = new Map<string, NoticeGroup>();
  for (const notice of notices) {
    const key = keyOf(notice);
    const known = groups.get(key);
    // Set anew, so that the map is in the order of the newest notices.
    groups.delete(key);
    groups.set(key, { newest: notice, count: (known?.count ?? 0) + 1, firstAt: known?.firstAt ?? notice.at });
  }
  return [...groups.values()].reverse();
}
