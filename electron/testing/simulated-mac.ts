import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ExecOptions, ExecResult } from '../foundation/ssh/transport.ts';
import { createFakeTransport } from './fake-transport.ts';

/**
 * Programs of macOS as far as setup uses them, in sh, with their state in files: $MAC/loaded/DOMAIN/LABEL holds a process id, $MAC/ports/PORT the id and name of
 * its listener. Property lists are JSON here; the outputs have the form of launchctl(1), lsof(8) and plutil(1).
 */
const PROGRAMS = {
  uname: 'case $1 in -m) echo arm64;; *) echo Darwin;; esac',
  sw_vers: 'echo 15.1',
  dscl: 'echo "NFSHomeDirectory: $MAC/Users/anna"',
  stat: 'exec /usr/bin/stat -c "%a %U %G %s %Z %F" -- "$3"',
  plutil: 'for f; do :; done; exec cat "$f"',
  lsof: [
    'case $* in *" -t") read -r pid name <"$MAC/ports/18181"; echo "$pid"; exit;; esac; for w; do case $w in -iTCP:*) [ -e "$MAC/ports/${w#-iTCP:}" ]; exit;; esac; done',
    'for f in "$MAC"/ports/*; do [ -e "$f" ] || continue; read -r pid name <"$f"; printf "p%s\\nc%s\\nf3\\nn127.0.0.1:%s\\n" "$pid" "$name" "${f##*/}"; done',
  ].join('\n'),
  launchctl: [
    'd="$MAC/loaded/$(printf "%s" "$2" | cut -d/ -f1)"; case "$1 $2" in',
    '"print system/"*|"print gui/"*/*) printf "%s = {\\n\\tpath = %s\\n}\\n" "$2" "$MAC/Library/LaunchDaemons/${2##*/}.plist";;',
    '"print "*) printf "%s = {\\n\\ttype = %s\\n\\thandle = 0\\n\\tservices = {\\n" "$2" "$2"',
    'for f in "$d"/*; do [ -e "$f" ] && printf "\\t\\t%8s      - \\t%s\\n" "$(cat "$f")" "${f##*/}"; done',
    'printf "\\t\\t       0   (pe) \\tcom.apple.nexample\\n\\t}\\n\\n\\tunmanaged processes = {\\n\\t\\tcom.nexa.other = {\\n\\t\\t}\\n\\t}\\n\\tdisabled services = {\\n\\t\\t\\"com.nexa.never\\" => disabled\\n\\t}\\n}\\n";;',
    '"bootout "*) f="$d/${2##*/}"; [ -e "$f" ] || { echo "Boot-out failed: 3: No such process" >&2; exit 3; }',
    'grep -l "^$(cat "$f") " "$MAC"/ports/* 2>/dev/null | while read -r p; do rm -f "$p"; done; rm -f "$f";;',
    '"bootstrap "*) l=$(sed "s/.*\\"Label\\":\\"\\([^\\"]*\\)\\".*/\\1/" "$3") && [ -n "$l" ] || { echo "Bootstrap failed: 5: Input/output error" >&2; exit 5; }',
    'mkdir -p "$d"; echo 900 >"$d/$l";;',
    'esac',
  ].join('\n'),
};

/** A Mac that runs the real scripts of the panel with simulated programs; `close` removes it. */
export function openSimulatedMac() {
  const root = mkdtempSync(join(tmpdir(), 'ada-mac-'));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [name, text] of Object.entries(PROGRAMS)) {
    write(`bin/${name}`, `#!/bin/sh\n${text}\n`);
    chmodSync(join(root, 'bin', name), 0o755);
  }
  for (const folder of ['loaded/system', 'loaded/gui', 'ports', 'Library/LaunchDaemons', 'Library/LaunchAgents', 'run'])
    mkdirSync(join(root, folder), { recursive: true });
  /** Absolute paths of the host lie below the root. */
  const placed = (text: string): string => text.replace(/(?<![\w}"])(?=\/(?:Library|Users|var\/lib|run)\/)/g, root);
  const run = (argv: readonly string[], o: ExecOptions): Promise<Partial<ExecResult>> =>
    new Promise((resolve) => {
      const [program = '', ...args] = argv.map(placed);
      const login = o.sudo === undefined ? {} : { SUDO_USER: 'anna', SUDO_UID: '501' };
      const child = spawn(program, args, { env: { ...process.env, MAC: root, PATH: `${root}/bin:/usr/bin:/bin`, ...login } });
      const output = { stdout: '', stderr: '' };
      child.stdout.on('data', (chunk: Buffer) => {
        output.stdout += chunk.toString();
      });
      child.stderr.on('data', (chunk: Buffer) => {
        output.stderr += chunk.toString();
      });
      child.once('close', (exitCode) => resolve({ exitCode, stdout: output.stdout.replaceAll(root, ''), stderr: output.stderr }));
      // A script that ends before it read all of it.
      child.stdin.once('error', () => {});
      child.stdin.end(placed(typeof o.stdin === 'string' ? o.stdin : ''));
    });
  return {
    transport: createFakeTransport(run).transport,
    write,
    list: (folder: string): readonly string[] => readdirSync(join(root, folder)).sort(),
    close: (): void => rmSync(root, { recursive: true, force: true }),
  };
}
