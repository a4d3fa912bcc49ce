/**
 * Downloads of large files by the host itself, which continue while the panel is closed. The notes of a download are in the user's own
 * state folder, which no other user can write to, under its ID: ID.name, .folder, .url, .sha256, .size, .validator and .secret from the
 * request; .pid, .step, .found, .said and .end from the job. The partial file is in a private folder beside the finished files, so that it
 * can be moved there at once. A job without process and without .end was stopped.
 */
const NOTES = 'name folder url sha256 size validator secret pid step found said end';

const common = [
  'umask 077; u=$(id -u); s=${XDG_STATE_HOME:-$HOME/.local/state}/ada-panel/downloads; w=.ada-panel-$u',
  // Only a private folder of the user is trusted.
  // The mode 2700 is private too: a folder with a group passes its setgid bit on, but no rights.
  'own() { [ "$(stat -c %u .)" = "$u" ] || return 1; case $(stat -c %a .) in 700|2700) ;; *) return 1;; esac; }',
  'state() { mkdir -p "$s" 2>/dev/null; cd -P "$s" 2>/dev/null && [ "$(stat -c %u .)" = "$u" ] && chmod 700 . && s=$PWD; }',
  // The arguments identify the process, since the PID may be in use by another one, even by another download.
  'alive() { q=$(head -c 20 "$s/$1.pid" 2>/dev/null); case $q in ""|*[!0-9]*) return 1;; esac',
  '[ -O "/proc/$q" ] && { tr "\\0" "\\n" <"/proc/$q/cmdline" | grep -qxF "$1"; } 2>/dev/null; }',
].join('\n');

/**
 * Only https addresses, also after a redirect, without globbing, so that a redirect never leads to a file of the host. ~/.curlrc is read for
 * the proxy, but its output options are overridden, since headers would reveal tokens or end up in the file.
 */
const curl = 'curl -sSL --no-verbose --no-include --proto =https --proto-redir =https -g --max-redirs 10';

/**
 * checkpointAsk, curl's configuration with the address on stdin: requests the first 16 bytes of the file, since presigned addresses refuse
 * HEAD. Prints the headers, a record separator, the bytes in hex, a record separator, curl's exit code and its error text. Exit code 12 =
 * no curl.
 */
const checkpointAsk = {
  name: 'ada-checkpoint-ask',
  text: [
    'umask 077; command -v curl >/dev/null || exit 12; d=$(mktemp -d) || exit 1; trap \'rm -rf "$d"\' EXIT',
    `{ ${curl} --connect-timeout 15 --max-time 45 -r 0-15 -D "$d/head" -K - 2>"$d/said"; echo $? >"$d/rc"; } | head -c 16 >"$d/first"`,
    'head -c 65536 "$d/head" 2>/dev/null; printf "\\036\\n"; od -An -tx1 "$d/first" | tr -d " \\n"; printf "\\n\\036\\n"',
    'cat "$d/rc"; head -c 2000 "$d/said"',
  ].join('\n'),
};

/**
 * The job in its private folder: FOLDER NAME ID SHA256 BYTES RESUMES STATE, curl's configuration on fd 3. A broken connection is retried
 * three times, and resumes if RESUMES is yes. `.end` is 0, curl's exit code, `size`, `not-a-model`, `cut`, `checksum` or `place`.
 */
const job = [
  'p=./$3.part; n=$7/$3; echo $$ >"$n.pid"; echo downloading >"$n.step"; cfg=$(cat <&3); exec 3<&-; rc=0; tries=0',
  'while :; do',
  'held=$(stat -c %s "$p" 2>/dev/null || echo 0)',
  'if [ -n "$5" ] && [ "$held" = "$5" ]; then rc=0; break; fi',
  // By stdin, since the process list would show the address and any token.
  `printf "%s\\n" "$cfg" | ${curl} -f -C - -K - --connect-timeout 20 --speed-limit 1000 --speed-time 60 -o "$p" 2>"$n.said"; rc=$?`,
  // 33: the server does not resume, because the file changed or ranges are not supported.
  'case $rc in 33) rm -f "$p";; 18|28|35|52|56|92) ;; *) break;; esac; [ "$6" = yes ] || rm -f "$p"',
  'tries=$((tries+1)); [ $tries -le 3 ] || break; sleep 2',
  'done',
  '[ $rc = 0 ] || { echo $rc >"$n.end"; exit 0; }',
  'held=$(stat -c %s "$p" 2>/dev/null || echo 0); if [ -n "$5" ] && [ "$held" != "$5" ]; then echo size >"$n.end"; exit 0; fi',
  // safetensors: eight bytes with the length of a header in JSON, lowest first.
  'set -- "$1" "$2" "$3" "$4" $(od -An -tu1 -N9 "$p")',
  'if [ $# != 13 ] || [ "$((${9}+${10}+${11}+${12}))" != 0 ] || [ "${13}" != 123 ] || [ $((8+$5+256*$6+65536*$7+16777216*$8)) -gt "$held" ]; then',
  'echo not-a-model >"$n.end"; exit 0; fi',
  // The file must end with its last tensor, since a server without a size may have sent only a part.
  'h=$(($5+256*$6+65536*$7+16777216*$8)); t=$(tail -c +9 "$p" | head -c $h | grep -ao "\\"data_offsets\\" *: *\\[ *[0-9]* *, *[0-9]*" |',
  'grep -o "[0-9]*$" | sort -n | tail -n 1); if [ -n "$t" ] && [ $((8+h+t)) != "$held" ]; then echo cut >"$n.end"; exit 0; fi',
  'echo "$held" >"$n.size"; echo checking >"$n.step"; found=$(sha256sum <"$p" | cut -c1-64); echo "$found" >"$n.found"',
  'if [ -n "$4" ] && [ "$found" != "$4" ]; then echo checksum >"$n.end"; exit 0; fi',
  // ln never replaces a file; the program that loads the file must be able to read it.
  'chmod 644 "$p"; if ln -T "$p" "../$2" 2>/dev/null && [ "../$2" -ef "$1/$2" ]; then rm -f "$p"; echo 0 >"$n.end"; exit 0; fi',
  'if [ ! -e "../$2" ] && [ ! -L "../$2" ] && mv -nT "$p" "../$2" && [ ! -e "$p" ]; then echo 0 >"$n.end"; else echo place >"$n.end"; fi',
].join('\n');

/**
 * checkpointFetch FOLDER NAME ID ADDRESS SHA256 BYTES VALIDATOR SECRET RESUMES ANEW WHOSE (any of the middle ones may be
 * empty; WHOSE: source of the checksum, operator or server),
 * curl's configuration on stdin: starts, or resumes unless ANEW is yes. Exit code 10 = no such folder, 11 = may not write there,
 * 12 = no curl, 13 = the file exists, 14 = in progress, 15 = the private folder is not private, 16 = no state folder.
 */
const checkpointFetch = {
  name: 'ada-checkpoint-fetch',
  text: [
    common,
    'cd -P "$1" 2>/dev/null || exit 10; command -v curl >/dev/null && command -v setsid >/dev/null || exit 12',
    '[ ! -e "./$2" ] && [ ! -L "./$2" ] || exit 13; [ -w . ] || exit 11',
    'if mkdir "$w" 2>/dev/null; then chmod 700 "$w"; fi; [ ! -L "$w" ] && cd -P "$w" 2>/dev/null || exit 15; own || exit 15; work=$PWD',
    'state || exit 16; alive "$3" && exit 14; for k in pid step found said end; do rm -f "$s/$3.$k"; done',
    'i=$3; printf "%s\\n" "$2" >"$i.name"; printf "%s\\n" "$1" >"$i.folder"; printf "%s\\n" "$4" >"$i.url"; printf "%s\\n" "$5 ${11}" >"$i.sha256"',
    'printf "%s\\n" "$6" >"$i.size"; printf "%s\\n" "$7" >"$i.validator"; printf "%s\\n" "$8" >"$i.secret" || exit 16',
    'cd -P "$work" && own || exit 15; [ "${10}" = yes ] && rm -f "./$i.part"; { [ ! -e "./$i.part" ] || [ -O "./$i.part" ]; } && [ ! -L "./$i.part" ] || exit 15',
    `exec 3<&0; setsid sh -c '${job}' ada-checkpoint-job "$1" "$2" "$i" "$5" "$6" "$9" "$s" </dev/null >/dev/null 2>&1 &`,
    // Wait for the PID, so that the next list contains the job.
    'n=0; while [ ! -s "$s/$i.pid" ] && [ $n -lt 50 ]; do n=$((n+1)); sleep 0.1; done; exit 0',
  ].join('\n'),
};

/** checkpointList FOLDER: `key=value` lines of each download for this folder, each ended by a record-separator line. */
const checkpointList = {
  name: 'ada-checkpoint-list',
  text: [
    common,
    'cd -P "$s" 2>/dev/null || exit 0; [ "$(stat -c %u .)" = "$u" ] || exit 0; s=$PWD',
    'for f in *.folder; do [ -e "$f" ] && [ "$(head -n1 "$f")" = "$1" ] || continue; f=${f%.folder}; a=no; alive "$f" && a=yes',
    'echo "id=$f"; echo "alive=$a"; echo "bytes=$(stat -c %s "$1/$w/$f.part" 2>/dev/null)"',
    'for k in name end url sha256 size validator secret step found; do echo "$k=$(head -n1 "$f.$k" 2>/dev/null | head -c 4096)"; done',
    'echo "said=$(tail -n1 "$f.said" 2>/dev/null | head -c 1000)"; printf "\\036\\n"; done',
  ].join('\n'),
};

/** checkpointEnd FOLDER ID stop|discard: ends its process; `discard` also deletes the partial file and the notes. */
const checkpointEnd = {
  name: 'ada-checkpoint-end',
  text: [
    common,
    'state || exit 0; alive "$2" && kill -s TERM -- "-$q"',
    'n=0; while alive "$2" && [ $n -lt 50 ]; do n=$((n+1)); sleep 0.1; done',
    `[ "$3" = discard ] || exit 0; for k in ${NOTES}; do rm -f "$s/$2.$k"; done`,
    'cd -P "$1/$w" 2>/dev/null && own && rm -f "./$2.part" && cd .. && rmdir "$w" 2>/dev/null; exit 0',
  ].join('\n'),
};

export const fromCheckpoints = { checkpointAsk, checkpointFetch, checkpointList, checkpointEnd };
