/** Fields asked of journalctl besides the ones that always come along (cursor, time stamps, boot id). */
export const JOURNAL_FIELDS =
  'MESSAGE,PRIORITY,SYSLOG_IDENTIFIER,_PID,_SYSTEMD_UNIT,_SYSTEMD_INVOCATION_ID,MESSAGE_ID,UNIT,UNIT_RESULT,EXIT_CODE,EXIT_STATUS,N_RESTARTS,_TRANSPORT,_LINE_BREAK';

/** All journal commands are plain `journalctl` argv; no script is needed. */
export const fromJournal = {};
