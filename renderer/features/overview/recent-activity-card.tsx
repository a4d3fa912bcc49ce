import { Button } from '@mantine/core';
import { memo } from 'react';
import { formatClock } from '../../../shared/format.ts';
import { useHostsState } from '../../stores/hosts.ts';
import { describeNotice, markNoticesSeen, useNotices } from '../../stores/notices.ts';
import { useView } from '../../stores/view.ts';
import { Card } from '../../ui/card.tsx';
import { NoticeIcon } from '../../ui/notice-icon.tsx';
import { TEXT } from './text.ts';

const SHOWN = 8;

/** The newest notices, newest first. */
export const RecentActivityCard = memo(function RecentActivityCard() {
  const notices = useNotices();
  const hostCount = useHostsState().hosts.length;
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
        <p className="ada-quiet">{TEXT.noEvents}</p>
      ) : (
        <ol className="ada-lately">
          {notices
            .slice(-SHOWN)
            .toReversed()
            .map((notice) => (
              <li key={notice.id}>
                <time className="ada-quiet ada-number" dateTime={new Date(notice.at).toISOString()}>
                  {formatClock(notice.at)}
                </time>
                <NoticeIcon tone={notice.tone} size={16} />
                <span>{describeNotice(notice, hostCount)}</span>
              </li>
            ))}
        </ol>
      )}
    </Card>
  );
});
