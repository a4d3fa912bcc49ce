/** Variables of the login that change what systemd's programs, sudo and the tools of GNU print. */
const OVERRIDES = ['SYSTEMD_COLORS', 'SYSTEMD_URLIFY', 'SYSTEMD_LOG_LEVEL', 'SUDO_PROMPT', 'POSIXLY_CORRECT', 'GREP_OPTIONS'];

/**
 * What the login shell is asked to run: any shell that can start `/bin/sh -c` passes it on unchanged, since it holds no `!`, backslash,
 * single quote or line break. $1 is a backslash, $2 the marker, the rest the command as {@link encodeCommand} wrote it.
 * The marker goes to both outputs before the command and again after it: what a login shell prints by itself lies before the first
 * one (start-up files) or after the second one (EXIT traps).
 */
const LAUNCHER = [
  'PATH="$PATH:/usr/sbin:/sbin:/usr/lib/wsl/lib" LC_ALL=C',
  'export PATH LC_ALL',
  `unset ${OVERRIDES.join(' ')}`,
  'b=${1%"${1#?}"}',
  'm=$2',
  'shift 2',
  'c="$(IFS=,; for w do for p in $w; do printf %b "$b$p"; done; done)"',
  'echo "$m"',
  'echo "$m" >&2',
  // sshd signals the whole process group: the shell outlives the command, to report how that ended.
  'trap : TERM',
  'eval "(exec $c)"',
  'r=$?',
  'printf %s "$m-end"',
  'printf %s "$m-end" >&2',
  'exit $r',
].join('; ');
const NAME = 'ada';

/** csh refuses words of 1024 bytes. */
const MAX_WORD_CHARS = 900;
const MAX_PLAIN_RUN = 200;
const PLAIN_BYTE = /^[A-Za-z0-9_./-]$/;

/**
 * A command of a POSIX shell in letters, digits and `_./-,` only: other bytes as `0ooo` in octal, pieces separated by commas, each piece
 * beginning with such a byte. Words of at most 900 characters.
 */
export function encodeCommand(command: string): readonly string[] {
  const words: string[] = [];
  let word = '0040';
  let plainRun = 0;
  for (const byte of new TextEncoder().encode(command)) {
    const character = String.fromCharCode(byte);
    plainRun += 1;
    if (PLAIN_BYTE.test(character) && plainRun < MAX_PLAIN_RUN) {
      word += character;
      continue;
    }
    plainRun = 0;
    const escaped = `0${byte.toString(8).padStart(3, '0')}`;
    if (word.length + MAX_PLAIN_RUN > MAX_WORD_CHARS) {
      words.push(word);
      word = escaped;
    } else word += `,${escaped}`;
  }
  return [...words, word];
}

/** What the launcher prints right after the output of the command. */
export const endMarker = (marker: string): string => `${marker}-end`;

/** The command that {@link encodeCommand} wrote; null when these are no words of it. */
export function decodeCommand(words: readonly string[]): string | null {
  const bytes: number[] = [];
  for (const piece of words.flatMap((word) => word.split(','))) {
    const parts = /^0([0-3][0-7]{2})([A-Za-z0-9_./-]*)$/.exec(piece);
    if (parts === null) return null;
    bytes.push(Number.parseInt(parts[1] ?? '', 8), ...new TextEncoder().encode(parts[2] ?? ''));
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(new Uint8Array(bytes)).replace(/^ /, '');
}

/** The line for the login shell. `command` is one simple command of a POSIX shell, `marker` letters, digits and hyphens. */
export function launchLine(command: string, marker: string): string {
  return `/bin/sh -c '${LAUNCHER}' ${NAME} \\\\ ${marker} ${encodeCommand(command).join(' ')}`;
}

/** What a launched argv runs, for whoever stands in for a host; null when the launcher is not what is run. */
export function readLaunch(argv: readonly string[]): { readonly marker: string; readonly command: string } | null {
  const [shell, option, script, name, backslash, marker, ...words] = argv;
  if (shell !== '/bin/sh' || option !== '-c' || script !== LAUNCHER || name !== NAME || backslash !== '\\' || marker === undefined)
    return null;
  const command = decodeCommand(words);
  return command === null ? null : { marker, command };
}
