/**
 * What hostRead does on macOS, whose tools differ from GNU's; for requests that macOS has no part of it gives no answer. Kinds: os, listen (lines as ss(8)
 * prints them), file PATH MAX, requests as READ_REQUESTS, tail PATH LINES, list FOLDER, and launchd: for the system and for the login `domain NAME` with the sections `services` and `disabled services` of
 * `launchctl print NAME`, then `plist PATH` and the file as one line of JSON, of each property list in the folders of launchd that speaks of Nexa, its port or MLX, or
 * is that of the process on the port.
 */
export const READ_ON_MACOS = [
  'if [ "$(uname -s)" = Darwin ]; then n=${SUDO_USER:-$(id -un)}',
  'while read -r k a b; do case $k in',
  'os) v=$(sw_vers -productVersion); r os ok; printf "ID=macos\\nVERSION_ID=%s\\nPRETTY_NAME=\\"macOS %s\\"\\nARCHITECTURE=%s\\nLOGIN=%s\\n" "$v" "$v" "$(uname -m)" "$n";;',
  'listen) r listen ok; lsof -nP -iTCP -sTCP:LISTEN -Fpcn 2>/dev/null |',
  'awk \'/^p/ { p = substr($0, 2) } /^c/ { c = substr($0, 2) } /^n/ { printf "LISTEN 0 0 %s *:* users:((\\"%s\\",pid=%s,fd=0))\\n", substr($0, 2), c, p }\' | head -n 500;;',
  'file) if [ ! -e "$a" ] && [ ! -L "$a" ]; then r file "$a" "$b" absent; else s=$(stat -f "%Lp %Su %Sg %z %Fc %HT" "$a" | tr "[:upper:]" "[:lower:]")',
  'if [ -L "$a" ]; then r file "$a" "$b" ok; echo "$s"; readlink "$a"',
  'elif [ -f "$a" ] && [ "$b" -gt 0 ] && [ ! -r "$a" ]; then r file "$a" "$b" denied; echo "$s"',
  'elif [ -f "$a" ] && [ "$b" -gt 0 ]; then r file "$a" "$b" ok; echo "$s"; head -c "$b" "$a" | base64 | tr -d "\\n"; echo',
  'else r file "$a" "$b" ok; echo "$s"; fi; fi;;',
  'tail) if [ -f "$a" ] && [ -r "$a" ]; then r tail "$a" "$b" ok; tail -n "$b" "$a" | tail -c 262144 | tr -d "\\036"; echo',
  'elif [ -e "$a" ]; then r tail "$a" "$b" denied; else r tail "$a" "$b" absent; fi;;',
  'requests) s=$(ls -d "$a" 2>&1); if [ -f "$a" ] && [ -r "$a" ]; then r requests "$a" "$b" ok; rlog "$a" $b',
  'else case $s in *"No such file"*|*"Not a directory"*) r requests "$a" "$b" absent;; *) r requests "$a" "$b" denied;; esac; fi;;',
  'list) if l=$(ls -A1 "$a" 2>/dev/null); then r list "$a" ok; printf "%s\\n" "$l" | head -n 2000; else r list "$a" absent; fi;;',
  'launchd) r launchd ok; p=$(lsof -nP -iTCP:18181 -sTCP:LISTEN -t 2>/dev/null | head -n 1); q=',
  'for d in system "gui/${SUDO_UID:-$(id -u)}"; do printf "domain %s\\n" "$d"',
  'o=$(launchctl print "$d" 2>/dev/null | awk \'/^\\t(services|disabled services) = \\{/ { on = 1 } on { print } /^\\t\\}/ { on = 0 }\' | head -n 3000); printf "%s\\n" "$o"',
  'l=$(printf "%s\\n" "$o" | awk -v p="${p:--}" \'$1 == p { print $NF; exit }\')',
  '[ -z "$l" ] || q=$(launchctl print "$d/$l" 2>/dev/null | sed -n "s/^[[:space:]]*path = //p" | head -n 1); done',
  'h=$(dscl . -read "/Users/$n" NFSHomeDirectory 2>/dev/null | sed "s/^[^/]*//")',
  'for f in /Library/LaunchDaemons/* /Library/LaunchAgents/* "${h:-/var/empty}"/Library/LaunchAgents/*; do [ -f "$f" ] || continue',
  'x=$(plutil -convert xml1 -o - -- "$f" 2>/dev/null) || continue; [ "$f" != "$q" ] || x=18181; case $x in *[Nn][Ee][Xx][Aa]*|*18181*|*[Mm][Ll][Xx]*) ;; *) continue;; esac',
  'printf "plist %s\\n" "$f"; plutil -convert json -o - -- "$f" 2>/dev/null | tr -d "\\n" | head -c 16384; echo; done;;',
  'esac; done; exit; fi',
].join('\n');
