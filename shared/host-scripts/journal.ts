/** Fields requested from journalctl; it always adds cursor, timestamps and boot ID. */
export const JOURNAL_FIELDS =
  'MESSAGE,PRIORITY,SYSLOG_IDENTIFIER,_PID,_SYSTEMD_UNIT,_SYSTEMD_INVOCATION_ID,MESSAGE_ID,UNIT,UNIT_RESULT,EXIT_CODE,EXIT_STATUS,N_RESTARTS,_TRANSPORT,_LINE_BREAK';

/** Fields by which the lines of one run of a unit are told from those of others; systemd names the run in a field of its own. */
export const RUN_FIELDS = `${JOURNAL_FIELDS},INVOCATION_ID`;

/** Journal commands are plain `journalctl` argv without a script. */
export const fromJournal = {};
