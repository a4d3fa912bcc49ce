/** Where setup keeps its own state on a host; root's alone. */
export const SETUP_STATE_FOLDER = '/var/lib/ada-panel';
/** Proxy and mirrors for downloads, in the syntax of systemd's EnvironmentFile. */
export const SETUP_NETWORK_ENV = '/etc/ada-panel/network.env';
/** Names of the packages that setup has installed, a line each. */
export const SETUP_PACKAGES = `${SETUP_STATE_FOLDER}/packages`;
/** The lock of a running setup; a reboot removes it, as it ends every setup. */
export const SETUP_LOCK = '/run/ada-panel-setup.lock';
/** First part of the names of transient units of long steps. */
export const SETUP_UNIT_PREFIX = 'ada-panel-setup-';

/** Exit statuses of {@link setupFiles} for the reasons a file was not written. */
export const SETUP_FILE_EXITS = { rejected: 65, incomplete: 66, changed: 67, unsafe: 68, noFolder: 69, notAFile: 70 } as const;
/** Exit statuses of {@link setupLock} and {@link setupGuard}. */
export const SETUP_EXITS = { held: 75, reverted: 76, missing: 77 } as const;

/** The place of the lock, and what is printed of its holder: token, text, and age in seconds. */
export const LOCK_READING = [
  `l=${SETUP_LOCK}; [ -d /run ] || l=/var$l`,
  'held() { head -c 4096 "$l"; echo "age=$(($(date +%s) - $(stat -c %Y "$l" 2>/dev/null || stat -f %m "$l")))"; }',
].join('\n');

/** A folder is safe for root when nobody else can exchange a name on the way to it. */
const SAFE_FOLDER = [
  'safe() { d=$1; while :; do case $(stat -c "%U %a %F" -- "${d:-/}" 2>/dev/null) in',
  '"$2 "*[2367]?" directory"|"$2 "*[2367]" directory"|"root "*[2367]?" directory"|"root "*[2367]" directory") return 1;;',
  '"$2 "*" directory"|"root "*" directory") ;; *) return 1;; esac; [ -n "$d" ] || return 0; d=${d%/*}; done; }',
].join('\n');

/**
 * setupFiles STAMP: writes files from standard input, each a line `PATH OWNER GROUP MODE NEW OLD BYTES CHECK` and BYTES bytes. NEW and OLD
 * are SHA-256 sums, OLD `-` where no file may be there; OWNER, GROUP and MODE `-` keep those of the present file. CHECK is visudo, unit or
 * `-`. A file is written beside its place, synced, given the attributes of the present one (with its ACL), checked and renamed; the present one stays as
 * `PATH.ada-STAMP.bak`, of which the last five are kept. Prints `written PATH` or `same PATH` for each, and a reason and PATH before it stops.
 */
const setupFiles = {
  name: 'ada-setup-files',
  text: [
    'LC_ALL=C; export LC_ALL; umask 077; stamp=$1; me=$(id -un)',
    't=; v=; trap \'rm -rf "$t" "$v"\' EXIT; trap "exit 1" HUP INT TERM',
    'sum() { sha256sum <"$1" | cut -c1-64; }',
    SAFE_FOLDER,
    'while read -r p owner group mode new old bytes check; do f=${p%/*}',
    `[ -d "$f" ] || { echo "noFolder $p"; exit ${SETUP_FILE_EXITS.noFolder}; }`,
    `safe "$f" "$me" || { echo "unsafe $p"; exit ${SETUP_FILE_EXITS.unsafe}; }`,
    // Of a run that was killed or lost its power; the lock allows one setup at a time.
    'rm -f -- "$f"/.ada-panel.??????',
    't=$(mktemp "$f/.ada-panel.XXXXXX") && head -c "$bytes" >"$t" || exit',
    `[ "$(sum "$t")" = "$new" ] || { echo "incomplete $p"; exit ${SETUP_FILE_EXITS.incomplete}; }`,
    'o=-; if [ -e "$p" ] || [ -L "$p" ]; then',
    `[ -f "$p" ] && [ ! -L "$p" ] || { echo "notAFile $p"; exit ${SETUP_FILE_EXITS.notAFile}; }; o=$(sum "$p"); fi`,
    `[ "$o" = "$old" ] || [ "$o" = "$new" ] || { echo "changed $p"; exit ${SETUP_FILE_EXITS.changed}; }`,
    'if [ "$o" != - ]; then cp --attributes-only --preserve=mode,ownership,xattr -- "$p" "$t" || exit; elif [ "$mode" = - ]; then chmod 0644 "$t" || exit; fi',
    '[ "$owner" = - ] || [ "$(stat -c %U:%G "$t")" = "$owner:$group" ] || chown "$owner:$group" "$t" || exit',
    '[ "$mode" = - ] || [ "$(stat -c %a "$t")" = "$mode" ] || chmod "$mode" "$t" || exit',
    'if [ "$o" = "$new" ] && [ "$(stat -c %U:%G:%a "$p")" = "$(stat -c %U:%G:%a "$t")" ]; then rm -f "$t"; t=; echo "same $p"; continue; fi',
    'case $check in',
    `visudo) visudo -cf "$t" >&2 || { echo "rejected $p"; exit ${SETUP_FILE_EXITS.rejected}; };;`,
    'unit) v=$(mktemp -d) && cp -- "$t" "$v/${p##*/}" && chmod 644 "$v/${p##*/}" || exit',
    `systemd-analyze verify "$v/\${p##*/}" >&2 || { echo "rejected $p"; exit ${SETUP_FILE_EXITS.rejected}; }; rm -rf "$v"; v=;;`,
    'esac; sync -- "$t" || exit',
    'good=no; [ "$check" != visudo ] || ! visudo -c >/dev/null 2>&1 || good=yes',
    // A second name for the present file is whole at any moment and takes no space; a user may give none to a file of another.
    'if [ "$o" != - ]; then ln -fT -- "$p" "$p.ada-$stamp.bak" 2>/dev/null || cp -a -- "$p" "$p.ada-$stamp.bak" || { rm -f -- "$p.ada-$stamp.bak"; exit 1; }',
    'ls -1 -- "$p".ada-*.bak 2>/dev/null | head -n -5 | while read -r b; do rm -f -- "$b"; done; fi',
    'trap "" HUP INT TERM; mv -fT -- "$t" "$p" || exit; t=',
    `[ $good = no ] || visudo -c >&2 || { if [ "$o" = - ]; then rm -f -- "$p"; else mv -fT -- "$p.ada-$stamp.bak" "$p"; fi; echo "rejected $p"; exit ${SETUP_FILE_EXITS.rejected}; }`,
    'sync -- "$f"; trap "exit 1" HUP INT TERM; echo "written $p"; done',
  ].join('\n'),
};

/**
 * setupRemove STAMP PATH…: moves files and links to a folder of root's, from which they can be put back. Prints `removed PATH`.
 */
const setupRemove = {
  name: 'ada-setup-remove',
  text: [
    'umask 077; stamp=$1; shift; for p; do [ -e "$p" ] || [ -L "$p" ] || continue',
    `d=${SETUP_STATE_FOLDER}/removed/$stamp\${p%/*}; mkdir -p "$d" && mv -fT -- "$p" "$d/\${p##*/}" && echo "removed $p" || exit; done`,
  ].join('\n'),
};

/**
 * setupLock VERB TOKEN TEXT: one setup at a time on a host. acquire: takes the lock for TOKEN, or prints the holder's token, text and the lock's age in
 * seconds and exits 75. take: the same, over a lock whose token is the fourth argument. refresh: proves that TOKEN holds it and makes it young.
 * release: removes it when TOKEN holds it.
 */
const setupLock = {
  name: 'ada-setup-lock',
  text: [
    `${LOCK_READING}; umask 022; verb=$1; token=$2; text=$3; over=$4`,
    'holder() { head -n 1 "$l" 2>/dev/null; }',
    `show() { held; exit ${SETUP_EXITS.held}; }`,
    't=$(mktemp "$l.XXXXXX") || exit; trap \'rm -f "$t"\' EXIT; chmod 644 "$t"',
    'case $verb in',
    'acquire|take) printf "%s\\n%s\\n" "$token" "$text" >"$t" || exit',
    '[ "$(holder)" != "$token" ] && { [ "$verb" != take ] || [ "$(holder)" != "$over" ]; } || { mv -f "$t" "$l"; exit; }',
    'ln "$t" "$l" 2>/dev/null || show;;',
    'refresh) [ "$(holder)" = "$token" ] || show; touch -c "$l";;',
    'release) [ "$(holder)" != "$token" ] || rm -f "$l";;',
    'esac',
  ].join('\n'),
};

/**
 * setupGuard arm ID SECONDS: saves the paths and units of standard input (`path PATH`, `unit NAME reload|restart`, `member USER GROUP`) and starts a
 * timer, also across a reboot, that puts them back. Confirmation and return exclude each other by a lock. setupGuard confirm ID: keeps the new state; exits 76 when the old one is back already, 77
 * for an unknown ID. setupGuard revert ID: puts the old state back now.
 */
const setupGuard = {
  name: 'ada-setup-guard',
  text: [
    `LC_ALL=C; export LC_ALL; umask 077; verb=$1; id=$2; g=${SETUP_STATE_FOLDER}/guards/$id; n=ada-panel-revert-$id; u=/etc/systemd/system/$n`,
    'clean() { systemctl disable --now "$n.timer" >/dev/null 2>&1; systemctl stop "$n.service" >/dev/null 2>&1; rm -f "$u.timer" "$u.service"; systemctl daemon-reload; rm -rf "$g"; }',
    'case $verb in arm)',
    'rm -rf "$g"; mkdir -p "$g" || exit; : >"$g/paths"; while read -r k a b; do case $k in',
    'path) if [ -e "$a" ] || [ -L "$a" ]; then printf "%s\\n" "$a" >>"$g/paths"; else printf "rm -rf -- %s\\n" "$a" >>"$g/undo"; fi;;',
    'unit) if [ "$(systemctl show -p LoadState --value -- "$a")" = not-found ]; then printf "%s\\n" "$a" >>"$g/new-units"',
    'elif systemctl is-active -q -- "$a"; then printf "systemctl %s -- %s\\n" "$b" "$a" >>"$g/after"; else printf "systemctl stop -- %s\\n" "$a" >>"$g/after"; fi',
    'case $(systemctl is-enabled -- "$a" 2>/dev/null) in enabled) printf "systemctl enable -q -- %s\\n" "$a" >>"$g/after";; disabled) printf "systemctl disable -q -- %s\\n" "$a" >>"$g/after";; esac;;',
    // The backup that the program made after this moment is of the old state.
    'database) printf "systemctl stop -- %s; n=\\$(ls -t %s/*_backup_*.db 2>/dev/null | head -n 1)\\n" "${b#* }" "${b% *}" >>"$g/undo"',
    'printf "[ -z \\"\\$n\\" ] || [ ! \\"\\$n\\" -nt %s/paths ] || runuser -u %s -- sh -c \\"cp -p -- \\$n %s/invokeai.db && rm -f %s/invokeai.db-wal %s/invokeai.db-shm\\"\\n" "$g" "$a" "${b% *}" "${b% *}" "${b% *}" >>"$g/undo";;',
    'member) case " $(id -nG "$a") " in *" $b "*) ;; *) printf "gpasswd -d %s %s\\n" "$a" "$b" >>"$g/undo";; esac;;',
    'esac; done',
    'tar -cpPf "$g/saved.tar" --acls --xattrs --no-recursion -T "$g/paths" || exit',
    // A disk that is full by then still has room for the old state.
    'head -c "$(($(stat -c %s "$g/saved.tar") + 65536))" /dev/zero >"$g/room" || exit',
    '{ echo "exec 9>>$g/lock; flock 9; [ ! -e $g/confirmed ] && [ -e $g/saved.tar ] || exit 0; cd /; rm -f $g/room"; [ ! -e "$g/new-units" ] || while read -r s; do echo "systemctl disable --now -- $s"; done <"$g/new-units"',
    '[ ! -e "$g/undo" ] || cat "$g/undo"; echo "tar -xpPf $g/saved.tar --acls --xattrs || failed=yes"; echo "systemctl daemon-reload"; [ ! -e "$g/after" ] || cat "$g/after"',
    'echo "sync; [ -z \\"\\$failed\\" ] || exit 1; touch $g/reverted; systemctl disable --now $n.timer; rm -f $u.timer $u.service; systemctl daemon-reload"; } >"$g/revert.new" && mv "$g/revert.new" "$g/revert.sh" || exit',
    'printf "[Unit]\\nDescription=Put back what a setup changed without a confirmation\\n[Service]\\nType=oneshot\\nRestart=on-failure\\nRestartSec=30\\nExecStart=/bin/sh %s/revert.sh\\n" "$g" >"$u.service" || exit',
    'printf "[Unit]\\nDescription=Wait for the confirmation of a setup\\n[Timer]\\nOnActiveSec=%ss\\nAccuracySec=1s\\n[Install]\\nWantedBy=timers.target\\n" "$3" >"$u.timer" || exit',
    'chmod 644 "$u.service" "$u.timer"; sync; systemctl daemon-reload && systemctl enable -q --now "$n.timer" || exit;;',
    `confirm) [ -e "$g/revert.sh" ] || exit ${SETUP_EXITS.missing}; exec 9>>"$g/lock"; flock 9; [ ! -e "$g/reverted" ] || exit ${SETUP_EXITS.reverted}; touch "$g/confirmed" && sync "$g" || exit; clean;;`,
    // What was not armed completely protects nothing yet, and what was confirmed stays.
    `revert) if [ ! -e "$g/revert.sh" ] || [ -e "$g/confirmed" ]; then clean; exit ${SETUP_EXITS.missing}; fi; [ -e "$g/reverted" ] || systemctl start "$n.service" || /bin/sh "$g/revert.sh"; [ -e "$g/reverted" ] || exit 1; clean;;`,
    'esac',
  ].join('\n'),
};

export const fromSetup = {
  setupFiles,
  setupRemove,
  setupLock,
  setupGuard,
};
