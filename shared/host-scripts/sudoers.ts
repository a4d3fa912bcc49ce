export const SUDOERS_PATH = '/etc/sudoers.d/ada-panel';

/**
 * inputReady WORD COMMAND…: prints WORD to stderr, then runs COMMAND. sudo-rs reads more of its input than the password, so input for the
 * command may be sent only after WORD.
 */
const inputReady = { name: 'ada-input-ready', text: 'echo "$1" >&2; shift; exec "$@"' };

export const fromSudoers = { inputReady };
