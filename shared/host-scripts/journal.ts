/** Fields requested from journalctl; it always adds cursor, timestamps and boot ID. */
export const JOURNAL_FIELDS =
  'MESSAGE,PRIORITY,SYSLOG_IDENTIFIER,_PID,_SYSTEMD_UNIT,_SYSTEMD_INVOCATION_ID,MESSAGE_ID,UNIT,UNIT_RESULT,EXIT_CODE,EXIT_STATUS,N_RESTARTS,_TRANSPORT,_LINE_BREAK';

/** Journal commands are plain `journalctl` argv without a script. */
export const fromJournal = {};
