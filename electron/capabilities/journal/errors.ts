import { type PanelException, panelError } from '../../../shared/errors.ts';

/** journalctl is missing or ended with an error. Code `journal-unreadable`. */
export function journalUnreadableError(exitCode: number | null, stderr: string): PanelException {
  const isMissing = exitCode === 127;
  return panelError({
    code: 'journal-unreadable',
    layer: 'journal',
    message: isMissing ? 'journalctl is not installed on the host.' : 'Could not read the host’s journal.',
    hint: isMissing ? 'Logs require a host that runs systemd.' : 'Retry, or copy the details for the output of journalctl.',
    retryable: !isMissing,
    detail: stderr,
  });
}

/** journald stores nothing or does not run. Code `journal-unreadable`. */
export const journalNotPersistedError = (): PanelException =>
  panelError({
    code: 'journal-unreadable',
    layer: 'journal',
    message: 'The host stores no journal.',
    hint: 'Set "Storage=auto" in /etc/systemd/journald.conf on the host and restart systemd-journald; until then, see /var/log.',
    retryable: true,
  });

export const isNotPersisted = (stderr: string): boolean => /No journal files were found/.test(stderr);

/** Whether journalctl reports on stderr that the user sees only a part of the journal (journalctl(1)). */
export const isLimited = (stderr: string): boolean =>
  /not seeing messages from|'systemd-journal'|No journal files were opened due to insufficient permissions/.test(stderr);

export const isBadCursor = (stderr: string): boolean => /Failed to seek to cursor/.test(stderr);
