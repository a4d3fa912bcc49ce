import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';

/**
 * Shell words: this process's cgroups of the hierarchies that systemd uses, one where it is unified (cgroups(7)). Quotes are left out, since the
 * kernel's names of our own have no blanks.
 */
export function cgroupPlaces(): string {
  const own = existsSync('/proc/self/cgroup') ? readFileSync('/proc/self/cgroup', 'utf8').split('\n') : [];
  const pathOf = (start: RegExp): string => (own.find((line) => start.test(line)) ?? '').replace(start, '').replace(/\/$/, '');
  const unified = pathOf(/^0::/);
  if (existsSync('/sys/fs/cgroup/cgroup.procs')) return `/sys/fs/cgroup${unified}`;
  return `/sys/fs/cgroup/unified${unified} /sys/fs/cgroup/systemd${pathOf(/^\d+:name=systemd:/)}`;
}

/**
 * Reads the numbers of the machine's systemd-nspawn, one after each start, until its input ends; that comes with the end
 * of the process that writes it, however it ends. $1 machine name, $2 link or nothing, the rest: what to remove.
 */
const SCRIPT = `name=$1 link=$2; shift 2
while read -r next; do pid=$next; done
# Process numbers are given out again: only what still is that machine is ended.
if [ -n "$pid" ] && tr '\\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -e "--machine=$name "; then
  for leader in $(pgrep -P "$pid"); do kill -KILL "$leader"; done
  kill -KILL "$pid"
fi
[ -z "$link" ] || ip link del "$link" 2>/dev/null
# What the machine still held open or mounted goes with its last process.
for try in 1 2 3 4 5 6 7 8 9 10; do rm -rf -- "$@" 2>/dev/null && break; sleep 0.2; done
for place in ${cgroupPlaces()}; do find "$place/$name" -depth -type d -exec rmdir {} +; done 2>/dev/null`;

export interface Guard {
  /** The machine was started, or started again, as this process. */
  watch(pid: number | undefined): void;
  /** Ends the machine and removes what belongs to it; resolves when that is done. */
  end(): Promise<void>;
}

/**
 * Sees to it that a machine ends with this process, be that by Ctrl-C, SIGTERM, a crash or SIGKILL. A handler for signals
 * would miss the last two, and belongs to the test runner anyway.
 */
export function startGuard(o: { readonly machineName: string; readonly link: string | null; readonly paths: readonly string[] }): Guard {
  const guard = spawn('sh', ['-c', SCRIPT, 'ada-host-guard', o.machineName, o.link ?? '', ...o.paths], {
    // In a session of its own: Ctrl-C in the terminal does not reach it.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  const ended = once(guard, 'exit');
  return {
    watch: (pid) => void guard.stdin.write(`${pid ?? ''}\n`),
    end: async () => {
      // Now it is waited for, also where nothing else keeps this process alive.
      guard.ref();
      guard.stdin.end();
      await ended;
    },
  };
}
