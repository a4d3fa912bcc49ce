import { Button } from '@mantine/core';
import { memo } from 'react';
import { formatRecentTime } from '../../../shared/format.ts';
import { openNotice, useHostsState } from '../../stores/hosts.ts';
import { groupNotices } from '../../stores/notice-groups.ts';
import { describeNotice, markNoticesSeen, useNotices } from '../../stores/notices.ts';
import { useView } from '../../stores/view.ts';
import { Card } from '../../ui/card.tsx';
import { useOfNow } from '../../ui/clock.ts';
import { NoticeIcon } from '../../ui/notice-icon.tsx';
import { describeRepeats, TEXT } from './text.ts';

const SHOWN = 8;

/** The newest notices, newest first; repeated ones as one. Each leads to its page. */
export const RecentActivityCard = memo(function RecentActivityCard() {
  const notices = useNotices();
  const { hosts } = useHostsState();
  const setOpen = useView((view) => view.setNoticeListOpen);
  const open = (): void => {
    markNoticesSeen();
    setOpen(true);
  };
  return (
    <Card
      title={TEXT.recentActivity}
      aside={
        <Button variant="subtle" mr={-10} onClick={open}>
          {TEXT.allNotices}
        </Button>
      }
    >
      {notices.length === 0 ? (
        <p className="ada-quiet ada-lately">{TEXT.noEvents}</p>
      ) : (
        <ol className="ada-lately">
          {groupNotices(notices)
            .slice(0, SHOWN)
            .map(({ newest, count }) => (
              <li key={newest.id}>
                <button type="button" className="ada-entry" onClick={() => openNotice(newest) || open()}>
                  <NoticeIcon tone={newest.tone} size={16} />
                  <span className="ada-entry-words">
                    <span>{describeNotice(newest, hosts.length)}</span>
                    {count === 1 ? null : <span className="ada-entry-detail">{describeRepeats(count)}</span>}
                  </span>
                  <time className="ada-entry-times" dateTime={new Date(newest.at).toISOString()}>
                    <When atMs={newest.at} />
                  </time>
                </button>
              </li>
            ))}
        </ol>
      )}
    </Card>
  );
});

function When({ atMs }: { readonly atMs: number }) {
  return useOfNow((nowMs) => formatRecentTime(atMs, nowMs));
}
