import { type PanelException, panelError } from '../../../shared/errors.ts';

/** journalctl is missing or ended with an error. Code `journal-unreadable`. */
export function journalUnreadableError(exitCode: number | null, stderr: string): PanelException {
  const isMissing = exitCode === 127;
  return panelError({
    code: 'journal-unreadable',
    layer: 'journal',
    message: isMissing ? 'journalctl is not installed on the host.' : 'The journal of the host could not be read.',
    hint: isMissing
      ? 'Logs can only be shown on a host that runs systemd.'
      : 'Copy the details to see what journalctl said, and try again.',
    retryable: !isMissing,
    detail: stderr,
  });
}

/** Not even an empty file: journald is told to store nothing, or does not run. Code `journal-unreadable`. */
export const journalNotKeptError = (): PanelException =>
  panelError({
    code: 'journal-unreadable',
    layer: 'journal',
    message: 'The host keeps no journal.',
    hint: 'Set "Storage=auto" in /etc/systemd/journald.conf on the host and restart systemd-journald. Until then, look into /var/log there.',
    retryable: true,
  });

export const isNotKept = (stderr: string): boolean => /No journal files were found/.test(stderr);

/** journalctl(1) says this on stderr to a user who sees only a part of the journal. */
export const isLimited = (stderr: string): boolean =>
  /not seeing messages from|'systemd-journal'|No journal files were opened due to insufficient permissions/.test(stderr);

export const isBadCursor = (stderr: string): boolean => /Failed to seek to cursor/.test(stderr);
