/** A line of `journalctl -o json` (systemd.journal-fields(7)), with the fields that journalctl always adds. */
export const journalLine = (identifier: string, message: string, more: Readonly<Record<string, string>> = {}): string =>
  JSON.stringify({
    __CURSOR: 's=a',
    __REALTIME_TIMESTAMP: '1773130500000000',
    _BOOT_ID: 'b',
    SYSLOG_IDENTIFIER: identifier,
    MESSAGE: message,
    ...more,
  });
