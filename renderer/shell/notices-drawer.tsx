import { Button, Drawer } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import type { Notice } from '../../shared/capabilities/app/contract.ts';
import { formatClock, formatDateTime } from '../../shared/format.ts';
import { pageOf } from '../pages.tsx';
import { showHost, showLab, useHostsState, useShownHostId } from '../stores/hosts.ts';
import { describeNotice, markNoticesSeen, useNotices } from '../stores/notices.ts';
import { setPage, useView } from '../stores/view.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { NoticeIcon } from '../ui/notice-icon.tsx';
import { describeOpen, TEXT } from './text.ts';

const LAB_NOT_STARTED = 'lab-not-started';

/** The notices since the panel was started, newest first; errors show their remedy. */
export function NoticesDrawer() {
  const notices = useNotices();
  const hostCount = useHostsState().hosts.length;
  const isOpen = useView((view) => view.isNoticeListOpen);
  const setOpen = useView((view) => view.setNoticeListOpen);
  const close = (): void => {
    markNoticesSeen();
    setOpen(false);
  };
  return (
    <Drawer opened={isOpen} onClose={close} position="right" size={440} title={TEXT.notices}>
      {notices.length === 0 ? (
        <EmptyState icon={IconBell} title={TEXT.noEvents}>
          {TEXT.noticesHint}
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
                <span>
                  {describeNotice(notice, hostCount)}
                  {notice.opens === null ? null : <OpenPage opens={notice.opens} onClick={close} />}
                </span>
              ) : (
                <ErrorNotice
                  error={notice.error}
                  tone={notice.tone === 'warning' ? 'warning' : 'bad'}
                  action={notice.error.code === LAB_NOT_STARTED ? <LabAgain onClick={close} /> : undefined}
                />
              )}
            </li>
          ))}
        </ol>
      )}
    </Drawer>
  );
}

/** Leads to the page that shows more, about the notice's host. */
function OpenPage({ opens: { hostId, page }, onClick }: { readonly opens: NonNullable<Notice['opens']>; readonly onClick: () => void }) {
  const { hosts } = useHostsState();
  const shownId = useShownHostId();
  if (!hosts.some(({ id }) => id === hostId)) return null;
  return (
    <Button
      size="compact-xs"
      variant="subtle"
      onClick={() => {
        onClick();
        if (hostId !== shownId) showHost(hostId);
        setPage(page);
      }}
    >
      {describeOpen(pageOf(page).label)}
    </Button>
  );
}

/** Only while a lab does not run: an old notice has nothing to try. */
function LabAgain({ onClick }: { readonly onClick: () => void }) {
  const { labs } = useHostsState();
  const failed = Object.entries(labs).find(([, lab]) => lab.kind === 'failed')?.[0];
  if (failed === undefined) return null;
  return (
    <Button
      size="xs"
      variant="filled"
      onClick={() => {
        onClick();
        showLab(failed);
      }}
    >
      {TEXT.retry}
    </Button>
  );
}
