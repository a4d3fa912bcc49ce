/** Environment variables that change the output of systemd's programs, sudo and GNU tools. */
const OVERRIDES = ['SYSTEMD_COLORS', 'SYSTEMD_URLIFY', 'SYSTEMD_LOG_LEVEL', 'SUDO_PROMPT', 'POSIXLY_CORRECT', 'GREP_OPTIONS'];

/**
 * The script for the login shell. Any shell that can start `/bin/sh -c` passes it unchanged, since it contains no `!`, backslash, single
 * quote or line break. $1 is a backslash, $2 the marker, the rest the words of {@link encodeCommand}. The marker is printed to both
 * outputs before and after the command, since a login shell may print its own text before it (start-up files) or after it (EXIT
 * traps).
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
  // sshd signals the whole process group; the shell must outlive the command to report its exit code.
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
 * Encodes a command of a POSIX shell in letters, digits and `_./-,`: pieces separated by commas, each beginning with another byte as
 * octal `0ooo`. Words have at most 900 characters.
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

/** The marker that the launcher prints after the output of the command. */
export const endMarker = (marker: string): string => `${marker}-end`;

/** The inverse of {@link encodeCommand}; null = other words. */
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

/** Marker and command of a launched argv, for simulated hosts; null = not the launcher. */
export function readLaunch(argv: readonly string[]): { readonly marker: string; readonly command: string } | null {
  const [shell, option, script, name, backslash, marker, ...words] = argv;
  if (shell !== '/bin/sh' || option !== '-c' || script !== LAUNCHER || name !== NAME || backslash !== '\\' || marker === undefined)
    return null;
  const command = decodeCommand(words);
  return command === null ? null : { marker, command };
}
