import { formatClock } from '../../shared/format.ts';
import { openNotice, useHostsState } from '../stores/hosts.ts';
import { describeNotice, markNoticesSeen, useNotices, useUnseenProblems } from '../stores/notices.ts';
import { useUnsaved } from '../stores/unsaved.ts';
import { useView } from '../stores/view.ts';
import { NoticeIcon } from '../ui/notice-icon.tsx';
import { describeNoticeCount, TEXT } from './text.ts';

/** The status line: the latest notice, and buttons that open the list of notices. */
export function StatusLine() {
  const notices = useNotices();
  const problems = useUnseenProblems();
  const setOpen = useView((view) => view.setNoticeListOpen);
  const unsaved = useUnsaved();
  const hostCount = useHostsState().hosts.length;
  const last = notices.at(-1);
  const open = (): void => {
    markNoticesSeen();
    setOpen(true);
  };

  return (
    <footer className="ada-foot">
      <div className="ada-foot-message" role="status">
        {last === undefined ? (
          <span>{TEXT.noEvents}</span>
        ) : (
          <>
            <NoticeIcon tone={last.tone} />
            <button
              type="button"
              className="ada-foot-button"
              title={describeNotice(last, hostCount)}
              onClick={() => openNotice(last) || open()}
            >
              {formatClock(last.at)} · {describeNotice(last, hostCount)}
            </button>
          </>
        )}
      </div>
      {unsaved === null ? null : (
        <button type="button" className="ada-foot-button ada-foot-unsaved" title={`${unsaved.message} ${unsaved.hint}`} onClick={open}>
          <NoticeIcon tone="bad" />
          {TEXT.notSaved}
        </button>
      )}
      <button type="button" className="ada-foot-button" onClick={open}>
        {describeNoticeCount(notices.length, problems)}
      </button>
    </footer>
  );
}
