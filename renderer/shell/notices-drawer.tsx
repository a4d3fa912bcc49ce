import { Button, CopyButton, Drawer } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import type { Notice } from '../../shared/capabilities/app/contract.ts';
import type { PanelError } from '../../shared/errors.ts';
import { formatClock, formatDateTime } from '../../shared/format.ts';
import { pageOf } from '../pages.tsx';
import { openNotice, showLab, useHostsState } from '../stores/hosts.ts';
import { groupNotices, type NoticeGroup } from '../stores/notice-groups.ts';
import { describeNotice, markNoticesSeen, useNotices } from '../stores/notices.ts';
import { useView } from '../stores/view.ts';
import { useOfNow } from '../ui/clock.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { useErrorHelp } from '../ui/error-help.ts';
import { errorDetails, layerLabel } from '../ui/error-notice.tsx';
import { NoticeIcon } from '../ui/notice-icon.tsx';
import { describeTimes } from '../ui/text.ts';
import { describeFirst, describeOpen, describeOtherDay, TEXT } from './text.ts';

const LAB_NOT_STARTED = 'lab-not-started';

/** The notices since the panel was started, newest first and repeated ones as one; errors show their remedy, and each leads to its page. */
export function NoticesDrawer() {
  const notices = useNotices();
  const isOpen = useView((view) => view.isNoticeListOpen);
  const setOpen = useView((view) => view.setNoticeListOpen);
  const close = (): void => {
    markNoticesSeen();
    setOpen(false);
  };
  return (
    <Drawer opened={isOpen} onClose={close} position="right" size={480} title={TEXT.notices}>
      {notices.length === 0 ? (
        <EmptyState icon={IconBell} title={TEXT.noEvents}>
          {TEXT.noticesHint}
        </EmptyState>
      ) : (
        <ol className="ada-notice-list">
          {groupNotices(notices).map((group) => (
            <NoticeRow key={group.newest.id} group={group} close={close} />
          ))}
        </ol>
      )}
    </Drawer>
  );
}

function Times({ count, lastAt }: { readonly count: number; readonly lastAt: number }) {
  return useOfNow((nowMs) => describeTimes(count, lastAt, nowMs));
}

/** `14:06:31`; another day than today stands above it. */
function Moment({ at }: { readonly at: number }) {
  const day = useOfNow((nowMs) => describeOtherDay(at, nowMs));
  return (
    <time className="ada-quiet" dateTime={new Date(at).toISOString()} title={formatDateTime(at)}>
      {day === null ? null : <span>{day} </span>}
      {formatClock(at)}
    </time>
  );
}

function NoticeRow({ group: { newest: notice, count, firstAt }, close }: { readonly group: NoticeGroup; readonly close: () => void }) {
  const hostCount = useHostsState().hosts.length;
  const { error, tone, at } = notice;
  return (
    <li className="ada-notice-row">
      <Moment at={at} />
      <NoticeIcon tone={tone} size={16} />
      <div className="ada-notice-says">
        <p className={error === null ? undefined : 'ada-notice-title'}>
          {describeNotice(notice, hostCount)}
          {error === null ? null : <span className="ada-notice-layer">{layerLabel(error.layer)}</span>}
        </p>
        {count === 1 ? null : (
          <p className="ada-quiet" title={describeFirst(firstAt)}>
            <Times count={count} lastAt={at} />
          </p>
        )}
        {error === null ? null : <NoticeError error={error} />}
        <NoticeVerbs notice={notice} close={close} />
      </div>
    </li>
  );
}

/** What to do, and what is known of an error; its own output keeps its columns and scrolls. */
function NoticeError({ error }: { readonly error: PanelError }) {
  return (
    <>
      <p className="ada-notice-hint">{error.hint}</p>
      {error.detail === undefined || error.detail === '' ? null : (
        <details className="ada-notice-details">
          <summary>{TEXT.details}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by the keyboard */}
          <pre className="ada-code" tabIndex={0}>
            {error.detail}
          </pre>
        </details>
      )}
    </>
  );
}

function NoticeVerbs({ notice, close }: { readonly notice: Notice; readonly close: () => void }) {
  const { hosts } = useHostsState();
  const { opens, error } = notice;
  const help = useErrorHelp();
  const canOpen = opens !== null && hosts.some(({ id }) => id === opens.hostId);
  if (!canOpen && error === null) return null;
  return (
    <div className="ada-notice-verbs">
      {canOpen ? (
        <Button
          size="compact-xs"
          onClick={() => {
            close();
            openNotice(notice);
          }}
        >
          {describeOpen(pageOf(opens.page).label)}
        </Button>
      ) : null}
      {error?.code === LAB_NOT_STARTED ? <LabAgain onClick={close} /> : null}
      {error === null ? null : help(error).button('compact-xs')}
      {error === null ? null : (
        <CopyButton value={errorDetails(error)}>
          {({ copied, copy }) => (
            <Button variant="subtle" color="gray" size="compact-xs" onClick={copy}>
              {copied ? TEXT.copied : TEXT.copyDetails}
            </Button>
          )}
        </CopyButton>
      )}
    </div>
  );
}

/** Only while a lab does not run: an old notice has nothing to try. */
function LabAgain({ onClick }: { readonly onClick: () => void }) {
  const { labs } = useHostsState();
  const failed = Object.entries(labs).find(([, lab]) => lab.kind === 'failed')?.[0];
  if (failed === undefined) return null;
  return (
    <Button
      size="compact-xs"
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
