import { READ_ON_MACOS } from './host-read-macos.ts';
import { RUN_FIELDS } from './journal.ts';
import { READ_REQUESTS } from './request-log.ts';
import { LOCK_READING } from './setup.ts';

/** Properties that the request `units` reads. */
export const READ_UNIT_PROPERTIES =
  'Id,LoadState,ActiveState,SubState,Result,UnitFileState,FragmentPath,NeedDaemonReload,MainPID,ExecMainStatus,NRestarts,User,StateChangeTimestamp,DropInPaths';

/** What `health` reads of each GPU, in this order; of a driver that lacks one of the later ones only the first {@link OLD_HEALTH_FIELDS}. */
export const HEALTH_FIELDS = [
  'uuid',
  'name',
  'driver_version',
  'persistence_mode',
  'temperature.gpu',
  'utilization.gpu',
  'memory.total',
  'memory.used',
  'power.draw',
  'enforced.power.limit',
  'pcie.link.width.current',
  'pcie.link.width.max',
  'pcie.link.gen.current',
  'pcie.link.gen.max',
  'ecc.mode.current',
  'ecc.errors.uncorrected.volatile.total',
  'ecc.errors.corrected.volatile.total',
  'retired_pages.pending',
  'clocks_throttle_reasons.active',
  'remapped_rows.pending',
  'remapped_rows.failure',
] as const;
export const OLD_HEALTH_FIELDS = 19;

/** What the kernel logs of graphics cards, memory that ran out, and disks that fail. */
const KERNEL_LINES = '"NVRM|nvidia|Out of memory|oom-kill|oom_reaper|I/O error|EXT4-fs error|Remounting filesystem read-only"';

/** Newest requests of a request log that are read. */
export const MAX_IMAGE_REQUESTS = 20_000;
/** Prints time, status and duration of each request for images of a gateway's request log since `since`, a line each. */
const IMAGE_REQUESTS = [
  'function v(k, i, s) { i = index($0, "\\"" k "\\":"); if (!i) return ""; s = substr($0, i + length(k) + 3, 60); sub(/[,}].*/, "", s); gsub(/[" ]/, "", s); return s }',
  '/"path": ?"\\/v1\\/images\\// { t = v("ts"); n = t + 0; if (n > 100000000000) n = n / 1000; if (t ~ /-/ || n >= since) print t, v("status"), v("duration_ms") }',
].join(' ');

/**
 * hostRead: reads the state of a host and changes nothing. Standard input has one request a line, `KIND ARGUMENT…`; the answer to each is
 * `RS KIND ARGUMENT… STATUS` and lines of its kind. Statuses: ok, absent, denied. Arguments contain no blanks. Kinds:
 * file PATH MAX: mode, owner, group, size, time of the last change, kind as stat(1) prints them; then the target of a link or the
 * first MAX bytes in base64. list FOLDER: names. user NAME: the line of passwd(5) and the groups. packages NAME…, of which `A|B` is either: dpkg-query's lines, then
 * the downloads of those that are missing. units NAME…: systemctl show, times in UTC. listen: ss. os: os-release, machine and package architecture.
 * python: versions. gpu: nvidia-smi and its exit status. disk PATH: df of the nearest folder that exists. memory: /proc/meminfo. On macOS: docstring of READ_ON_MACOS.
 * journal UNIT LINES: journalctl's JSON with RUN_FIELDS: the first lines of the run of a program that runs and has logged, else the last lines of the unit. pci: address, vendor and class of devices of NVIDIA (sysfs-bus-pci).
 * log UNIT MINUTES LINES: the last lines that the unit and the service manager logged of it in these minutes, after the time as `TIME.FRACTION HOST PROGRAM[PID]: `
 * (journalctl, short-unix); denied where the login may not read them. kernellog: the same of the kernel since the start of the host, lines of graphics, memory
 * and disks only. inodes PATH: df of the nearest folder that exists. boot: KEY=VALUE: uptimeS, rebootRequired, packages that require it, bootId, journalBoots: starts
 * of the host that the journal goes back to, empty where the login may not read it. system: KEY=VALUE: version of systemd, its state; then the failed units as
 * list-units prints them. mount PATH: target, type and options of the file system of the nearest folder that exists, as findmnt(8) prints them.
 * clock: seconds since the epoch with a fraction; whether it is synchronised (timedatectl). health: nvidia-smi's exit status and rows of HEALTH_FIELDS.
 * gpuapps: its exit status; then uuid, PID, name and MiB of each program on a GPU, after a tab the cgroup of the PID. certificate PATH: its end as openssl(1) prints it.
 * vram: what InvokeAI reported after its newest jobs. sudo: user ID of the login, version of sudo or sudo-rs, which prints it to standard error; then,
 * unless sudo runs the script, what `sudo -n -ll` lists. lock: the holder of the lock, as setupLock prints it.
 * tail PATH LINES: the last lines of a file, at most 256 KiB.
 * starts UNIT MINUTES LINES: the last entries that the service manager itself logged of the unit in these minutes, as journalctl's JSON with MESSAGE and MESSAGE_ID. xids MINUTES:
 * the driver's entries of the kernel of these minutes, also of earlier boots, as JSON. boots: journalctl --list-boots in UTC. sudolog MINUTES: what sudo logged of systemctl, as log does.
 * imagelog PATH MINUTES: the last MAX_IMAGE_REQUESTS requests for images of a gateway's request log in these minutes: time, status, duration in ms; blank = not in the line.
 * requests PATH ID OFFSET MINUTES: docstring of READ_REQUESTS. run ID: state of the transient unit of a long step.
 */
const hostRead = {
  name: 'ada-host-read',
  text: [
    'LC_ALL=C; export LC_ALL',
    // A driver that hangs lets nobody end nvidia-smi, so what waits for it is its reader.
    'smi() { d=$(mktemp -d) && mkfifo "$d/o" || { echo 1; return; }; { o=$(nvidia-smi "$@" 2>&1); echo "$?"; printf "%s\\n" "$o" | head -n 256 | tr -d "\\036"; } >"$d/o" 2>&1 </dev/null &',
    'timeout 20 cat "$d/o" || echo 124; rm -rf "$d"; }',
    'jr() { timeout 20 journalctl -q --no-pager "$@" 2>/dev/null | tr -d "\\036"; }',
    // Only where the format is not json does journalctl report what it may not show.
    'mayLog() { if [ -z "$may" ]; then may=yes; [ "$(id -u)" = 0 ] || case $(timeout 10 journalctl -n 0 2>&1) in *"not seeing messages"*|*"ermission"*) may=no;; esac; fi; [ "$may" = yes ]; }',
    'r() { printf "\\036%s\\n" "$*"; }',
    READ_REQUESTS,
    READ_ON_MACOS,
    'while read -r k a b; do case $k in',
    'file)',
    'if s=$(stat -c "%a %U %G %s %.6Z %F" -- "$a" 2>&1); then',
    'if [ -L "$a" ]; then r file "$a" "$b" ok; echo "$s"; readlink -- "$a"',
    'elif [ -f "$a" ] && [ "$b" -gt 0 ] && [ ! -r "$a" ]; then r file "$a" "$b" denied; echo "$s"',
    'elif [ -f "$a" ] && [ "$b" -gt 0 ]; then r file "$a" "$b" ok; echo "$s"; head -c "$b" -- "$a" | base64 -w0; echo',
    'else r file "$a" "$b" ok; echo "$s"; fi',
    'else case $s in *"No such file"*|*"Not a directory"*) r file "$a" "$b" absent;; *) r file "$a" "$b" denied;; esac; fi;;',
    'list) if l=$(ls -A1 -- "$a" 2>&1); then r list "$a" ok; printf "%s\\n" "$l" | head -n 2000',
    'else case $l in *"No such file"*|*"Not a directory"*) r list "$a" absent;; *) r list "$a" denied;; esac; fi;;',
    'tail) if [ -f "$a" ] && [ -r "$a" ]; then r tail "$a" "$b" ok; tail -n "$b" -- "$a" | tail -c 262144 | tr -d "\\036"; echo',
    'elif [ -e "$a" ]; then r tail "$a" "$b" denied; else r tail "$a" "$b" absent; fi;;',
    'user) if p=$(getent passwd "$a"); then r user "$a" ok; echo "$p"; id -nG -- "$a"; else r user "$a" absent; fi;;',
    'packages) all=$(echo "$a $b" | tr "|" " ")',
    'r packages "$a" "$b" ok; q=$(dpkg-query -W -f "\\${Package} \\${Version} \\${db:Status-Abbrev}\\n" -- $all 2>/dev/null); echo "$q"',
    'for n in $a $b; do i=no; for m in $(echo "$n" | tr "|" " "); do case "',
    '$q" in *"',
    '$m "*" ii"*) i=yes;; esac; done; [ $i = yes ] || { echo --',
    'apt-get install --print-uris -qq -y --no-install-recommends -o Debug::NoLocking=1 -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -- $(for n in $a $b; do echo "${n%%|*}"; done) 2>/dev/null',
    'break; }; done;;',
    // Before systemd 247 the option is missing, and times are printed without fractions of a second.
    'units) r units "$a" "$b" ok; s() { TZ=UTC systemctl show --no-pager -p "$@" -- $a $b; }',
    `s ${READ_UNIT_PROPERTIES} --timestamp=us+utc 2>/dev/null || s ${READ_UNIT_PROPERTIES} 2>&1;;`,
    // journald no longer knows the run of a process once its unit has ended, and a run that a restart loop has just begun has no words yet.
    'journal) r journal "$a" "$b" ok; i=; systemctl is-active -q -- "$a" && i=$(systemctl show -p InvocationID --value -- "$a" 2>/dev/null)',
    `j() { timeout 10 journalctl -q --no-pager -o json --output-fields=${RUN_FIELDS} "$@" 2>/dev/null; }`,
    '[ -n "$i" ] && [ -n "$(j -n 1 "_SYSTEMD_INVOCATION_ID=$i")" ] || i=',
    'if [ -n "$i" ]; then j "_SYSTEMD_INVOCATION_ID=$i" + "INVOCATION_ID=$i" | head -n "$b"; else j -u "$a" -n "$b"; fi | head -c 4194304 | tr -d "\\036"; echo;;',
    'pci) r pci ok; for d in /sys/bus/pci/devices/*; do v=; read -r v 2>/dev/null <"$d/vendor"; [ "$v" != 0x10de ] || { read -r c <"$d/class"; echo "${d##*/} $v $c"; }; done;;',
    'listen) r listen ok; ss -Hltnpe 2>/dev/null | head -n 500;;',
    'os) r os ok; cat /etc/os-release; echo "ARCHITECTURE=$(uname -m)"; echo "KERNEL=$(uname -r)"; echo "LOGIN=${SUDO_USER:-$(id -un)}";;',
    'python) r python ok; for p in python3.12 python3.11 python3.13 python3.10 python3; do',
    'command -v $p >/dev/null && v=$($p -V 2>/dev/null) && echo "$p ${v#Python }"; done;;',
    // Drivers before 510 do not know the compute capability.
    'gpu) o=$(smi --query-gpu=name,driver_version,memory.total,compute_cap --format=csv,noheader,nounits); case ${o%%[!0-9]*} in 2) o=$(smi --query-gpu=name,driver_version,memory.total --format=csv,noheader,nounits);; esac',
    'r gpu ok; printf "%s\\n" "$o" | head -n 65;;',
    `health) o=$(smi --query-gpu=${HEALTH_FIELDS.join(',')} --format=csv,noheader,nounits); case \${o%%[!0-9]*} in 2) o=$(smi --query-gpu=${HEALTH_FIELDS.slice(0, OLD_HEALTH_FIELDS).join(',')} --format=csv,noheader,nounits);; esac`,
    'r health ok; printf "%s\\n" "$o" | head -n 65;;',
    'gpuapps) r gpuapps ok; smi --query-compute-apps=gpu_uuid,pid,process_name,used_memory --format=csv,noheader,nounits | while IFS= read -r l; do p=; case $l in *", "*) p=${l#*, }; p=${p%%,*};; esac',
    'case $p in *[!0-9]*|"") echo "$l";; *) c=$(sed -n -e "s/^0:://p" -e "s/^[0-9]*:name=systemd://p" "/proc/$p/cgroup" 2>/dev/null | head -n 1); printf "%s\\t%s\\n" "$l" "$c";; esac; done;;',
    'log) if mayLog; then r log "$a" "$b" ok; jr -u "$a" --since "-${b% *}min" -n "${b#* }" -o short-unix | head -c 1048576; echo; else r log "$a" "$b" denied; fi;;',
    `kernellog) if mayLog; then r kernellog ok; jr -k -b -o short-unix | grep -E ${KERNEL_LINES} | tail -n 400 | cut -c1-600; else r kernellog denied; fi;;`,
    'starts) if mayLog; then r starts "$a" "$b" ok; jr _PID=1 "UNIT=$a" --since "-${b% *}min" -n "${b#* }" -o json --output-fields=MESSAGE,MESSAGE_ID | head -c 1048576; echo; else r starts "$a" "$b" denied; fi;;',
    'xids) if mayLog; then r xids "$a" ok; jr _TRANSPORT=kernel --since "-${a}min" -o json --output-fields=MESSAGE | grep -F NVRM | tail -n 400 | cut -c1-2000; else r xids "$a" denied; fi;;',
    'boots) if mayLog; then r boots ok; (TZ=UTC; export TZ; jr --list-boots) | tail -n 60 | cut -c1-200; else r boots denied; fi;;',
    'sudolog) if mayLog; then r sudolog "$a" ok; jr _COMM=sudo --since "-${a}min" -o short-unix | grep -F COMMAND= | grep -F systemctl | tail -n 300 | cut -c1-500; else r sudolog "$a" denied; fi;;',
    // A pipe, such as /dev/stdout, would never end.
    'imagelog) s=$(ls -d -- "$a" 2>&1); if [ -f "$a" ] && [ -r "$a" ]; then r imagelog "$a" "$b" ok; since=$(date +%s); since=$((since - b * 60))',
    `tail -c 134217728 -- "$a" | awk -v "since=$since" '${IMAGE_REQUESTS}' | tail -n ${MAX_IMAGE_REQUESTS}`,
    'else case $s in *"No such file"*|*"Not a directory"*) r imagelog "$a" "$b" absent;; *) r imagelog "$a" "$b" denied;; esac; fi;;',
    'requests) s=$(ls -d -- "$a" 2>&1); if [ -f "$a" ] && [ -r "$a" ]; then r requests "$a" "$b" ok; rlog "$a" $b',
    'else case $s in *"No such file"*|*"Not a directory"*) r requests "$a" "$b" absent;; *) r requests "$a" "$b" denied;; esac; fi;;',
    'inodes) d=$a; while [ ! -e "$d" ] && [ -n "$d" ]; do d=${d%/*}; done; r inodes "$a" ok; df --output=iavail,itotal,target -- "${d:-/}" | tail -n 1;;',
    'boot) r boot ok; read -r v o </proc/uptime; echo "uptimeS=$v"; if [ -e /run/reboot-required ]; then echo rebootRequired=yes; else echo rebootRequired=no; fi',
    'echo "packages=$(head -n 20 /run/reboot-required.pkgs 2>/dev/null | sort -u | tr "\\n" " ")"; echo "bootId=$(cat /proc/sys/kernel/random/boot_id)"',
    'echo "journalBoots=$(if mayLog; then timeout 10 journalctl -q --no-pager --list-boots 2>/dev/null | grep -cE "[0-9a-f]{32}"; fi)";;',
    'system) r system ok; echo "version=$(timeout 10 systemctl --version 2>/dev/null | head -n 1)"; echo "state=$(timeout 10 systemctl is-system-running 2>&1 | head -n 1)"',
    'timeout 10 systemctl list-units --failed --no-legend --plain --no-pager 2>/dev/null | head -n 50;;',
    'mount) d=$a; while [ ! -e "$d" ] && [ -n "$d" ]; do d=${d%/*}; done; r mount "$a" ok; findmnt -n -o TARGET,FSTYPE,OPTIONS -T "${d:-/}" 2>/dev/null | head -n 1;;',
    'clock) r clock ok; date +%s.%N; timedatectl show -p NTPSynchronized --value 2>/dev/null || echo;;',
    'certificate) if [ -r "$a" ]; then r certificate "$a" ok; openssl x509 -noout -enddate -subject -in "$a" 2>/dev/null; elif [ -e "$a" ]; then r certificate "$a" denied; else r certificate "$a" absent; fi;;',
    'disk) d=$a; while [ ! -e "$d" ] && [ -n "$d" ]; do d=${d%/*}; done; r disk "$a" ok; df -B1 --output=avail,size,target -- "${d:-/}" | tail -n 1;;',
    `lock) ${LOCK_READING}`,
    'if [ -f "$l" ]; then r lock ok; held | tr -d "\\036"; else r lock absent; fi;;',
    'memory) r memory ok; head -n 3 /proc/meminfo;;',
    'vram) r vram ok; journalctl -q -u invokeai -n 5000 -o cat --no-pager 2>/dev/null | grep -F "VRAM in use: " | tail -n 20;;',
    'sudo) r sudo ok; echo "${SUDO_UID:-$(id -u)}"; sudo -V 2>&1 | grep -m 1 -e "^Sudo version" -e "^sudo-rs " || echo',
    '[ -n "$SUDO_UID" ] || sudo -n -ll 2>/dev/null </dev/null | head -c 262144 | tr -d "\\036"; echo;;',
    'esac; done',
  ].join('\n'),
};

export const fromHostRead = { hostRead };
