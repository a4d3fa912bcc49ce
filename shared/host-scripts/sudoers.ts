export const SUDOERS_PATH = '/etc/sudoers.d/ada-panel';

/** Exit statuses of the script for the reasons of a failed installation. */
export const SUDOERS_EXITS = { rejected: 65, incomplete: 66, unseen: 67 } as const;

/**
 * sudoersInstall NEW OLD: as root, installs its standard input atomically. NEW is the SHA-256 of the text, OLD the SHA-256 of the file that
 * may be replaced, or `-` for none. A text that conflicts with the other sudoers files is removed again, since an alias in two files makes
 * sudo before 1.9.3 refuse everything. No other user can change the text between check and use, since only root writes to the folder and
 * sudo ignores names with a dot.
 */
const sudoersInstall = {
  name: 'ada-sudoers-install',
  text: [
    `p=${SUDOERS_PATH}; umask 077`,
    't=$(mktemp /etc/sudoers.d/.ada-panel.XXXXXX) || exit',
    't2=; trap \'rm -f "$t" "$t2"\' EXIT; trap "exit 1" HUP INT TERM',
    'sum() { sha256sum <"$1" | cut -c1-64; }',
    'cat >"$t" || exit',
    `[ "$(sum "$t")" = "$1" ] || exit ${SUDOERS_EXITS.incomplete}`,
    `visudo -cf "$t" >&2 || exit ${SUDOERS_EXITS.rejected}`,
    'chown 0:0 "$t" && chmod 0440 "$t" || exit',
    `old=-; [ ! -e $p ] || old=$(sum $p); [ "$old" = "$2" ] || exit ${SUDOERS_EXITS.unseen}`,
    'good=no; visudo -c >/dev/null 2>&1 && good=yes',
    '[ "$old" = - ] || { t2=$(mktemp /etc/sudoers.d/.ada-panel.XXXXXX) && cp -p $p "$t2"; } || exit',
    'trap \'\' HUP INT TERM; mv -f "$t" $p || exit',
    '[ $good = no ] || visudo -c >&2 || {',
    'if [ "$old" = - ]; then rm -f $p; else mv -f "$t2" $p; fi',
    `exit ${SUDOERS_EXITS.rejected}; }`,
  ].join('\n'),
};

/**
 * inputReady WORD COMMAND…: prints WORD to stderr, then runs COMMAND. sudo-rs reads more of its input than the password, so input for the
 * command may be sent only after WORD.
 */
const inputReady = { name: 'ada-input-ready', text: 'echo "$1" >&2; shift; exec "$@"' };

export const fromSudoers = { sudoersInstall, inputReady };
