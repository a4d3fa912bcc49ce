/**
 * watch: runs "$@" and ends it when stdin closes, so that a closed channel or lost connection leaves no orphan process (sshd does not
 * kill it, and occupies the session slot until it ends). Exits with the exit code of the command.
 */
const watch = {
  name: 'ada-watch',
  text: 'exec 3<&0; "$@" 3<&- </dev/null & p=$!; { cat <&3; kill $p; } >/dev/null 2>&1 & w=$!; exec 3<&-; wait $p; rc=$?; kill $w 2>/dev/null; exit $rc',
};

/** facts: `key=value` lines in one round trip; a missing tool leaves its value empty. */
const facts = {
  name: 'ada-facts',
  text: [
    'echo "clock=$(date +%s.%N)"',
    'echo "kernel=$(uname -r)"',
    '[ -r /etc/os-release ] && (. /etc/os-release; echo "os=$PRETTY_NAME")',
    'echo "boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)"',
    'echo "uptime=$(cut -d" " -f1 /proc/uptime 2>/dev/null)"',
    'echo "cpus=$(nproc 2>/dev/null)"',
    'awk \'/^MemTotal:/{print "memtotalkib=" $2}/^MemAvailable:/{print "memavailablekib=" $2}\' /proc/meminfo 2>/dev/null',
    'df -B1 --output=size,avail / 2>/dev/null | awk \'NR==2{print "rootsize=" $1; print "rootavail=" $2}\'',
    'systemctl --version 2>/dev/null | awk \'NR==1{print "systemd=" $2}\'',
    'echo "user=$(id -un)"',
    'echo "groups=$(id -Gn)"',
  ].join('\n'),
};

export const fromHosts = { watch, facts };
