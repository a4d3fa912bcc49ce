/**
 * gpuProcesses: the processes that use VRAM, in one round trip. Prints four parts, each ended by a record-separator line, the first of
 * which has the exit code of nvidia-smi: (1) compute-apps rows, (2) `ps` rows of those PIDs, (3) `PID cgroup-line` rows, (4) where a row
 * names an instance of a divided card, `nvidia-smi -L`.
 */
const gpuProcesses = {
  name: 'ada-gpu-processes',
  text: [
    'apps=$(nvidia-smi --query-compute-apps=gpu_uuid,pid,process_name,used_memory --format=csv,noheader,nounits 2>&1); rc=$?',
    'printf "%s\\n\\036%s\\n" "$apps" "$rc"',
    // Rows are an answer at any exit code; 14 is a corrupted infoROM, with complete rows.
    'case $apps in GPU-*|MIG-*) ;; *) [ "$rc" = 0 ] || [ "$rc" = 14 ] || exit 0;; esac',
    'pids=$(printf "%s\\n" "$apps" | cut -s -d, -f2 | tr -dc "0-9\\n" | sort -un | tr "\\n" " ")',
    '[ -n "${pids% }" ] && ps -o pid=,user:32=,etimes=,args= -ww -p "$(echo $pids | tr " " ,)"',
    'printf "\\036\\n"',
    'for p in $pids; do while IFS= read -r line; do printf "%s %s\\n" "$p" "$line"; done 2>/dev/null </proc/$p/cgroup; done',
    'printf "\\036\\n"',
    'case $apps in *MIG-*) nvidia-smi -L 2>/dev/null;; esac',
    'printf "\\036\\n"',
  ].join('\n'),
};

export const fromGpu = { gpuProcesses };
