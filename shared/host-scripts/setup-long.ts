import { SETUP_NETWORK_ENV, SETUP_PACKAGES, SETUP_STATE_FOLDER } from './setup.ts';

/** Scripts of long steps, while they run. */
const SETUP_SCRIPTS_FOLDER = '/run/ada-panel-setup';

/**
 * setupStart UNIT USER SCRIPT ARGUMENT…: starts a long step as a transient unit, whose exit status stays readable until it is stopped. The script is put into a file, since
 * systemd would replace variables in its text.
 */
const setupStart = {
  name: 'ada-setup-start',
  text: [
    `u=$1; user=$2; text=$3; shift 3; f=${SETUP_SCRIPTS_FOLDER}; umask 022`,
    'mkdir -p "$f" && printf "%s\\n" "$text" >"$f/$u.sh" || exit',
    `exec systemd-run --quiet --unit="$u" --description="A step of a setup by Ada Panel" -p Type=exec -p RemainAfterExit=yes -p User="$user" -p WorkingDirectory=/ -p EnvironmentFile=-${SETUP_NETWORK_ENV} -- /bin/sh "$f/$u.sh" "$@"`,
  ].join('\n'),
};

/** setupPackages NAME…: installs Debian packages; waits for another program that holds apt's lock, and repairs an installation that was interrupted. */
const setupPackages = {
  name: 'ada-setup-packages',
  text: [
    'DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l; export DEBIAN_FRONTEND NEEDRESTART_MODE',
    'o="-o DPkg::Lock::Timeout=1800 -o Acquire::Retries=3 -o Dpkg::Options::=--force-confold"',
    'wait_dpkg() { i=0; while [ $i -lt 1800 ] && fuser /var/lib/dpkg/lock-frontend >/dev/null 2>&1; do i=$((i + 1)); sleep 1; done; }',
    '[ -z "$(ls -A /var/lib/dpkg/updates 2>/dev/null)" ] && ! dpkg --audit | grep -q . || { wait_dpkg; dpkg --configure -a --force-confold || exit; }',
    'apt-get $o update -qq || echo "The package lists could not be refreshed; the present ones are used."',
    'before=$(dpkg-query -W -f "\\${Package} "); apt-get $o install -y --no-install-recommends -- "$@" || exit',
    `umask 077; mkdir -p ${SETUP_STATE_FOLDER} || exit`,
    `for n in $(dpkg-query -W -f "\\\${Package} "); do case " $before " in *" $n "*) ;; *) echo "$n" >>${SETUP_PACKAGES};; esac; done`,
  ].join('\n'),
};

/** setupPackagesAbsent NAME…: removes packages with their settings. One that another program needs by now stays, with all that were installed with it. */
const setupPackagesAbsent = {
  name: 'ada-setup-packages-absent',
  text: [
    'DEBIAN_FRONTEND=noninteractive; export DEBIAN_FRONTEND; o="-o DPkg::Lock::Timeout=1800"',
    'more=$(apt-get -s purge -- "$@" | sed -n "s/^Purg \\([^ ]*\\) .*/\\1/p" | while read -r n; do case " $* " in *" $n "*) ;; *) echo "$n";; esac; done)',
    '[ -z "$more" ] || { echo "These need some of the packages, so that nothing is removed:" $more; exit 3; }',
    'apt-get $o purge -y -- "$@" || exit',
    `rm -f ${SETUP_PACKAGES}`,
  ].join('\n'),
};

/**
 * setupEnvironment FOLDER TOOL PYTHON INDEX TORCH_INDEX MARK REQUIREMENT…: makes a Python environment with these packages. TOOL is venv, or the path of uv; PYTHON is the path of an
 * interpreter, or for uv a version that it downloads. `-` leaves out an index. MARK is written last, so that an incomplete environment is completed by the next run.
 */
const setupEnvironment = {
  name: 'ada-setup-environment',
  text: [
    'd=$1; tool=$2; python=$3; index=$4; torch=$5; mark=$6; shift 6; umask 022; cd /',
    '[ "$(id -u)" = 0 ] || { HOME=$(getent passwd "$(id -un)" | cut -d: -f6); export HOME; }',
    // uv trusts its own list of authorities unless it is told to use the system's; a temporary folder in memory is too small for torch.
    'UV_SYSTEM_CERTS=1; UV_NATIVE_TLS=1; TMPDIR=${d%/*}/.ada-panel-tmp; export UV_SYSTEM_CERTS UV_NATIVE_TLS TMPDIR',
    // What root caches is of no use to anybody.
    'XDG_CACHE_HOME=$HOME/.cache; [ "$(id -u)" != 0 ] || XDG_CACHE_HOME=$TMPDIR/cache; export XDG_CACHE_HOME',
    // venv hides why its own pip could not be installed.
    'end() { s=$?; free=$(df -k --output=avail -- "$TMPDIR" | tail -n 1); rm -rf "$TMPDIR"',
    '[ $s = 0 ] || [ "$free" -gt 16384 ] || echo "$d: $free KiB were left: No space left on device"; exit $s; }',
    'mkdir -p "$TMPDIR" || exit; trap end EXIT; trap "exit 1" HUP INT TERM; rm -f "$d/.ada-panel"',
    '[ "$index" = - ] || { PIP_INDEX_URL=$index; UV_DEFAULT_INDEX=$index; export PIP_INDEX_URL UV_DEFAULT_INDEX; }',
    'for i in "$PIP_INDEX_URL" "$torch"; do h=${i#http://}; [ "$h" = "$i" ] || { h=${h%%/*}; PIP_TRUSTED_HOST="$PIP_TRUSTED_HOST ${h%%:*}"; UV_INSECURE_HOST="$UV_INSECURE_HOST $h"; export PIP_TRUSTED_HOST UV_INSECURE_HOST; }; done',
    'if [ "$tool" = venv ]; then',
    '"$d/bin/python" -m pip --version >/dev/null 2>&1 || "$python" -m venv --clear "$d" || exit',
    'set -- --disable-pip-version-check --no-input --progress-bar off "$@"; [ "$torch" = - ] || set -- --extra-index-url "$torch" "$@"',
    '"$d/bin/python" -m pip install "$@" || exit',
    'else case $python in /*) UV_PYTHON_DOWNLOADS=never; export UV_PYTHON_DOWNLOADS;; esac',
    '"$d/bin/python" --version >/dev/null 2>&1 || "$tool" venv --clear --python "$python" "$d" || exit',
    '[ "$torch" = - ] || set -- --index "$torch" --index-strategy unsafe-best-match "$@"',
    '"$tool" pip install --python "$d/bin/python" "$@" || exit; fi',
    'printf "%s\\n" "$mark" >"$d/.ada-panel.new" && sync "$d/.ada-panel.new" && mv -f "$d/.ada-panel.new" "$d/.ada-panel"',
  ].join('\n'),
};

/** setupCheckout FOLDER REPOSITORY TAG: clones a tag beside its place and renames it there. */
const setupCheckout = {
  name: 'ada-setup-checkout',
  text: [
    'd=$1; umask 022; HOME=${d%/*}; GIT_TERMINAL_PROMPT=0; export HOME GIT_TERMINAL_PROMPT; rm -rf "$d.part"; trap \'rm -rf "$d.part"\' EXIT; trap "exit 1" HUP INT TERM',
    'git -c advice.detachedHead=false clone --depth 1 --branch "$3" -- "$2" "$d.part" || git -c advice.detachedHead=false clone --branch "$3" -- "$2" "$d.part" || exit',
    'sync; mv -T "$d.part" "$d"',
  ].join('\n'),
};

/**
 * setupFollow UNIT CURSOR SECONDS: new lines of a long step from the journal, at most SECONDS after it was called; then `RS`, the cursor and the unit's state.
 * CURSOR `-` is the beginning.
 */
const setupFollow = {
  name: 'ada-setup-follow',
  text: [
    'u=$1; c=$2; end=$(($(date +%s) + $3)); LC_ALL=C; export LC_ALL',
    'while :; do s=$(systemctl show --no-pager -p LoadState,ActiveState,SubState,Result,ExecMainCode,ExecMainStatus -- "$u")',
    'if [ "$c" = - ]; then o=$(journalctl -q -u "$u" -o cat --no-pager --show-cursor -n 1000); else o=$(journalctl -q -u "$u" -o cat --no-pager --show-cursor -n 1000 --after-cursor="$c"); fi',
    'case $s in *ActiveState=activ*SubState=running*|*ActiveState=activating*) ;; *) break;; esac',
    '[ -z "$(printf "%s\\n" "$o" | grep -v "^-- cursor: ")" ] || break',
    '[ "$(date +%s)" -lt "$end" ] || break; sleep 0.5; done',
    'printf "%s\\n\\036\\n%s\\n" "$o" "$s"',
  ].join('\n'),
};

export const fromLongSteps = {
  setupStart,
  setupPackages,
  setupPackagesAbsent,
  setupEnvironment,
  setupCheckout,
  setupFollow,
};
