import { Drawer } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { formatClock, formatDateTime } from '../../../shared/units.ts';
import { markNoticesSeen, useNotices, useUnseenTroubles } from '../../stores/notices.ts';
import { useView } from '../../stores/view.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { NoticeIcon } from './notice-icon.tsx';

/** The quiet line at the bottom: what happened last, and the way to everything before it. */
export function StatusLine() {
  const notices = useNotices();
  const troubles = useUnseenTroubles();
  const isOpen = useView((view) => view.isNoticeListOpen);
  const setOpen = useView((view) => view.setNoticeListOpen);
  const last = notices.at(-1);
  const open = (): void => {
    markNoticesSeen();
    setOpen(true);
  };
  const close = (): void => {
    markNoticesSeen();
    setOpen(false);
  };
  const count = `${notices.length} ${notices.length === 1 ? 'notice' : 'notices'}`;

  return (
    <footer className="ada-foot">
      <div className="ada-foot-said" role="status">
        {last === undefined ? (
          <span>Nothing has happened yet.</span>
        ) : (
          <>
            <NoticeIcon tone={last.tone} />
            <span title={last.said}>
              {formatClock(last.at)} · {last.said}
            </span>
          </>
        )}
      </div>
      <button type="button" className="ada-foot-button" onClick={open}>
        {troubles === 0 ? count : `${count}, ${troubles} new to look at`}
      </button>
      <Drawer opened={isOpen} onClose={close} position="right" size={440} title="Notices">
        {notices.length === 0 ? (
          <EmptyState icon={IconBell} title="Nothing has happened yet">
            Connections, services that change state, and errors with their remedies are listed here.
          </EmptyState>
        ) : (
          <ol className="ada-notice-list">
            {notices.toReversed().map((notice) => (
              <li key={notice.id} className="ada-notice-row">
                <time className="ada-quiet" dateTime={new Date(notice.at).toISOString()} title={formatDateTime(notice.at)}>
                  {formatClock(notice.at)}
                </time>
                <NoticeIcon tone={notice.tone} size={16} />
                {notice.error === null ? (
                  <span>{notice.said}</span>
                ) : (
                  <ErrorNotice error={notice.error} tone={notice.tone === 'warning' ? 'warning' : 'bad'} />
                )}
              </li>
            ))}
          </ol>
        )}
      </Drawer>
    </footer>
  );
}
