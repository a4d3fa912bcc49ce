import { checkedGiB, checkedLine, checkedPath, checkedUnit, checkedUser, checkedVariable } from './checked-words.ts';
import { INSTALLED_COMMENT } from './text.ts';

/** What the units of InvokeAI and ComfyUI have in common. Paths are absolute. */
export interface BackendUnit {
  readonly description: string;
  readonly documentation: string;
  readonly user: string;
  readonly group: string;
  readonly workingFolder: string;
  /** Written to as well as the program's own folder, e.g. a models folder on another disk. */
  readonly writablePaths: readonly string[];
  /** Further lines of `[Service]` before the command. */
  readonly lines?: readonly string[];
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Files with secrets, such as a proxy's password; a missing one is no error. */
  readonly environmentFiles: readonly string[];
  /** The kernel ends the service above this; null = no limit. */
  readonly memoryMaxGiB: number | null;
  /** Units that are stopped when this one starts: two backends do not fit into one GPU. */
  readonly conflicts: readonly string[];
  /** false on a host without an NVIDIA GPU. */
  readonly hasGpu: boolean;
  readonly stopTimeoutS: number;
}

/** Files that NVIDIA's own daemon opens for a user's process; without it they appear only when root asks for them. */
const GPU_LINES = [
  '# With NoNewPrivileges the driver cannot create /dev/nvidia-uvm on first use; root does it here. Without the program nothing is lost.',
  'ExecStartPre=-+/usr/bin/nvidia-modprobe -u -c 0',
];

const HARDENING = [
  'NoNewPrivileges=true',
  'CapabilityBoundingSet=',
  'PrivateTmp=true',
  'ProtectSystem=strict',
  'ProtectHome=true',
  'ProtectHostname=true',
  'ProtectControlGroups=true',
  'ProtectKernelLogs=true',
  'ProtectKernelModules=true',
  'ProtectKernelTunables=true',
  'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK',
  'RestrictNamespaces=true',
  'RestrictRealtime=true',
  'RestrictSUIDSGID=true',
  'LockPersonality=true',
  'SystemCallArchitectures=native',
];

/** The text of a backend's unit; errors: `setup-bad-parameter` for a parameter that cannot stand in a unit file. */
export function renderBackendUnit(unit: BackendUnit): string {
  const conflicts = unit.conflicts.map((name) => checkedUnit('A conflicting unit', name));
  const writable = [...new Set(unit.writablePaths.map((path) => checkedPath('A writable folder', path)))];
  return `${[
    INSTALLED_COMMENT,
    '[Unit]',
    `Description=${unit.description}`,
    `Documentation=${unit.documentation}`,
    'Wants=network-online.target',
    // Started behind those that it stops, so that their VRAM is free by then.
    `After=${['network-online.target', ...conflicts].join(' ')}`,
    ...(conflicts.length === 0 ? [] : [`Conflicts=${conflicts.join(' ')}`]),
    '# A command that cannot work ends as failed after five attempts and is not repeated for ever.',
    'StartLimitIntervalSec=300',
    'StartLimitBurst=5',
    '',
    '[Service]',
    'Type=exec',
    `User=${checkedUser('The user', unit.user)}`,
    `Group=${checkedUser('The group', unit.group)}`,
    `WorkingDirectory=${checkedPath('The folder', unit.workingFolder)}`,
    ...(unit.lines ?? []),
    ...Object.entries(unit.environment).map(
      ([name, value]) => `Environment=${unitWord(`${checkedVariable(name)}=${checkedLine(name, value)}`)}`,
    ),
    ...unit.environmentFiles.map((path) => `EnvironmentFile=-${checkedPath('An environment file', path)}`),
    ...(unit.hasGpu ? GPU_LINES : []),
    `ExecStart=${unit.command.map((word) => unitWord(checkedLine('A word of the command', word)).replaceAll('$', '$$$$')).join(' ')}`,
    'Restart=on-failure',
    'RestartSec=10',
    '# SIGINT lets it save its downloads and its queue; 130 and 143 are the exits after a signal.',
    'KillSignal=SIGINT',
    'KillMode=mixed',
    `TimeoutStopSec=${unit.stopTimeoutS}`,
    'SuccessExitStatus=130 143',
    'LimitNOFILE=65536',
    ...(unit.memoryMaxGiB === null ? [] : [`MemoryMax=${checkedGiB('The memory limit', unit.memoryMaxGiB)}`]),
    '',
    '# No PrivateDevices, DeviceAllow or ProtectClock: each hides the GPU. No MemoryDenyWriteExecute: kernels are compiled at run time.',
    ...HARDENING,
    ...(writable.length === 0 ? [] : [`ReadWritePaths=${writable.join(' ')}`]),
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ].join('\n')}\n`;
}

/** A word for `Environment` or a command: quoted where needed, with `%` kept from being expanded. */
export function unitWord(word: string): string {
  const escaped = word.replaceAll('\\', '\\\\').replaceAll('%', '%%').replaceAll('"', '\\"');
  return /^[\w./:@+,=%-]+$/.test(escaped) ? escaped : `"${escaped}"`;
}
