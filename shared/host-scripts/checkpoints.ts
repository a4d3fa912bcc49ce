/**
 * Large files fetched by the host itself, so that a download goes on while the panel is closed. What is under way lies
 * in `.ada-panel` beside the files: NAME.part, and NAME.url, .sha256, .size (as asked for), .pid, .step, .found, .said,
 * .end (as it went). A job without a process and without an end was stopped, by somebody or by a reboot.
 */
const FILES = 'part url sha256 size pid step found said end';

/**
 * The job itself: FOLDER NAME URL SHA256 BYTES, curl's configuration on fd 3. A line that breaks is taken up again
 * three times. `.end` is 0, curl's exit code, `checksum` or `place`.
 */
const job = [
  'p=$1/.ada-panel/$2; echo $$ >"$p.pid"; echo downloading >"$p.step"; cfg=$(cat <&3); exec 3<&-; rc=0; tries=0',
  'while :; do',
  'held=$(stat -c %s "$p.part" 2>/dev/null || echo 0)',
  'if [ -n "$5" ] && [ "$held" = "$5" ]; then rc=0; break; fi',
  // Without a name in the process list: the configuration may hold a token.
  'printf "%s\\n" "$cfg" | curl -fsSL -C - -K - --connect-timeout 20 --speed-limit 1000 --speed-time 60 -o "$p.part" --url "$3" 2>"$p.said"; rc=$?',
  'case $rc in 33) rm -f "$p.part";; 18|28|35|52|56|92) ;; *) break;; esac',
  'tries=$((tries+1)); [ $tries -le 3 ] || break; sleep 2',
  'done',
  '[ $rc = 0 ] || { echo $rc >"$p.end"; exit 0; }',
  'echo checking >"$p.step"; found=$(sha256sum <"$p.part" | cut -c1-64); echo "$found" >"$p.found"',
  'if [ -n "$4" ] && [ "$found" != "$4" ]; then echo checksum >"$p.end"; exit 0; fi',
  'if [ ! -e "$1/$2" ] && mv "$p.part" "$1/$2"; then echo 0 >"$p.end"; else echo place >"$p.end"; fi',
].join('\n');

const isAlive = 'alive() { q=$(cat "$1.pid" 2>/dev/null); [ -n "$q" ] && grep -q ada-checkpoint-job "/proc/$q/cmdline" 2>/dev/null; }';

/**
 * checkpointFetch FOLDER NAME URL SHA256 BYTES (the last two may be empty), curl's configuration on stdin: begins, or
 * goes on. Exit code 10 = no such folder, 11 = may not write there, 12 = no curl, 13 = the file is there, 14 = under way.
 */
const checkpointFetch = {
  name: 'ada-checkpoint-fetch',
  text: [
    isAlive,
    `umask 022; [ -d "$1" ] || exit 10; d=$1/.ada-panel; mkdir -p "$d" 2>/dev/null; [ -w "$d" ] && [ -w "$1" ] || exit 11`,
    'command -v curl >/dev/null && command -v setsid >/dev/null || exit 12; [ ! -e "$1/$2" ] || exit 13; alive "$d/$2" && exit 14',
    'echo "$3" >"$d/$2.url"; echo "$4" >"$d/$2.sha256"; echo "$5" >"$d/$2.size"; rm -f "$d/$2.end" "$d/$2.found" "$d/$2.said" "$d/$2.pid"',
    `exec 3<&0; setsid sh -c '${job}' ada-checkpoint-job "$@" </dev/null >/dev/null 2>&1 &`,
    // Until it has begun, so that the next look finds it.
    'n=0; while [ ! -s "$d/$2.pid" ] && [ $n -lt 50 ]; do n=$((n+1)); sleep 0.1; done; exit 0',
  ].join('\n'),
};

/** checkpointList FOLDER: `key=value` lines of each download, each ended by a record-separator line. */
const checkpointList = {
  name: 'ada-checkpoint-list',
  text: [
    isAlive,
    'cd "$1/.ada-panel" 2>/dev/null || exit 0',
    'for u in *.url; do [ -e "$u" ] || continue; f=${u%.url}; a=no; alive "$f" && a=yes',
    'echo "name=$f"; echo "alive=$a"; echo "bytes=$(stat -c %s "$f.part" 2>/dev/null)"',
    'for k in end url sha256 size step found; do echo "$k=$(head -n1 "$f.$k" 2>/dev/null)"; done',
    'echo "said=$(tail -n1 "$f.said" 2>/dev/null)"; printf "\\036\\n"; done',
  ].join('\n'),
};

/** checkpointEnd FOLDER NAME stop|discard: ends its process; `discard` also removes what was fetched and noted. */
const checkpointEnd = {
  name: 'ada-checkpoint-end',
  text: [
    isAlive,
    'd=$1/.ada-panel; alive "$d/$2" && kill -s TERM -- "-$q"',
    'n=0; while alive "$d/$2" && [ $n -lt 50 ]; do n=$((n+1)); sleep 0.1; done',
    `[ "$3" = discard ] || exit 0; for k in ${FILES}; do rm -f "$d/$2.$k"; done; rmdir "$d" 2>/dev/null; exit 0`,
  ].join('\n'),
};

export const fromCheckpoints = { checkpointFetch, checkpointList, checkpointEnd };
