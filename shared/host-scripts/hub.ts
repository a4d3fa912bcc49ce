/**
 * hubAsk, curl's configuration with the address on stdin: one page of an API, without following a redirect, since a token may be sent.
 * Prints the headers, a record separator, the body, a record separator, curl's exit code and its error text. Exit code 12 = no curl.
 */
const hubAsk = {
  name: 'ada-hub-ask',
  text: [
    'umask 077; command -v curl >/dev/null || exit 12; d=$(mktemp -d) || exit 1; trap \'rm -rf "$d"\' EXIT; trap "exit 1" HUP INT TERM',
    'curl -sS --no-verbose --no-include --no-location --no-location-trusted --proto =https -g --connect-timeout 8 --max-time 20 \\',
    '--max-filesize 16000000 -D "$d/head" -o "$d/body" -K - 2>"$d/said"; rc=$?',
    'head -c 65536 "$d/head" 2>/dev/null; printf "\\036\\n"; head -c 16000000 "$d/body" 2>/dev/null; printf "\\n\\036\\n%s\\n" "$rc"',
    'head -c 2000 "$d/said"',
  ].join('\n'),
};

export const fromHub = { hubAsk };
