import type {
  CheckGroup,
  CheckInfo,
  CheckResult,
  CheckRun,
  CheckRunSummary,
  ChecksState,
  CheckVerdict,
} from '../../shared/capabilities/checks/contract.ts';
import type { Panel } from './panel.ts';

/** States of the checks that no lab can be brought into at will: each verdict, each cost, long texts, a run at work. */
const MINUTE_MS = 60_000;

type Entry = readonly [id: string, group: CheckGroup, title: string, verdict: CheckVerdict, summary: string, more?: Partial<CheckInfo>];

const LONG =
  'The library loaded is 570.86.10 while the kernel module is 550.144.03, so that every CUDA program fails with error 804 until the host is restarted or both come from one package';

const ENTRIES: readonly Entry[] = [
  ['disk', 'host', 'Free disk space', 'pass', '612 GiB free of 931 GiB (66 %)'],
  ['inodes', 'host', 'Free inodes', 'pass', '58 million free of 61 million (95 %)'],
  ['clock', 'host', 'Clock', 'warn', '3.2 s behind this computer'],
  ['reboot', 'host', 'Pending reboot', 'unknown', '/var/run/reboot-required could not be read: permission denied'],
  ['journal-kept', 'host', 'Journal kept across reboots', 'pass', 'Storage=persistent'],
  ['driver-match', 'gpu', 'Driver and library match', 'fail', LONG],
  ['ecc', 'gpu', 'ECC errors', 'pass', 'none since the driver was loaded'],
  ['mig', 'gpu', 'MIG mode', 'skipped', 'the GPU has no MIG mode'],
  ['link-width', 'gpu', 'PCIe link width', 'pass', 'x16 of x16, generation 4'],
  ['units-enabled', 'services', 'Units start at boot', 'pass', 'invokeai, ada-images-shim and nginx are enabled'],
  ['invokeai-version', 'backend', 'InvokeAI version', 'pass', '6.14.2'],
  ['shim-ready', 'backend', 'Images shim ready', 'pass', 'ready in 12 ms'],
  ['nginx-listen', 'proxy', 'nginx listens as configured', 'pass', '127.0.0.1:7860'],
  ['gateway-ready', 'gateway', 'Gateway ready', 'pass', 'ready in 31 ms'],
  ['image-decoded', 'gateway', 'Image of the size that was requested', 'pass', '1024 × 1024 PNG, 4 821 colours', { cost: 'image' }],
  ['overload', 'gateway', 'Overload: 2 accepted, 1 rejected', 'pass', '2 × 200, 1 × 429 with Retry-After: 5', { cost: 'load' }],
  ['port-9090', 'exposure', 'InvokeAI not reachable from the LAN', 'fail', '10.0.0.7:9090 answers without a login'],
];

const REMEDIES: Readonly<Record<string, CheckResult['remedy']>> = {
  'driver-match': { text: 'Restart the host, so that the kernel loads the module of the installed driver.', recipe: null },
  'port-9090': { text: 'Bind InvokeAI to 127.0.0.1; nginx reaches it there.', recipe: 'invokeai' },
  clock: { text: 'Enable systemd-timesyncd or chrony.', recipe: null },
  reboot: { text: 'Add the user to the group adm.', recipe: 'least-privilege' },
};

const EVIDENCE: Readonly<Record<string, readonly string[]>> = {
  'driver-match': [
    'NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.144.03  Mon Dec 30 17:44:08 UTC 2024',
    'libnvidia-ml.so.570.86.10',
    'Failed to initialize NVML: Driver/library version mismatch',
    `LD_LIBRARY_PATH=${'/usr/local/cuda-12.8/targets/x86_64-linux/lib:'.repeat(4)}/usr/lib/x86_64-linux-gnu`,
    'and 3 more',
  ],
  'port-9090': ['GET http://10.0.0.7:9090/api/v1/app/version', 'HTTP/1.1 200 OK', '{"version":"6.14.2"}'],
  clock: ['this computer 2026-11-27T14:02:11.402Z', 'host 2026-11-27T14:02:08.201Z'],
};

const infoOf = ([id, group, title, , , more]: Entry): CheckInfo => ({
  id,
  title,
  group,
  layer: group === 'gpu' ? 'gpu' : group === 'gateway' ? 'gateway' : 'host',
  cost: 'reads',
  about: `${title}: read from its own source and compared with what is right for this host.`,
  ...more,
});

const resultOf = ([id, , , verdict, summary]: Entry, takenAt: number): CheckResult => ({
  id,
  verdict,
  summary,
  evidence: [...(EVIDENCE[id] ?? [`${id}: ${summary}`])],
  remedy: REMEDIES[id] ?? null,
  takenAt,
  elapsedMs: id.length * 7,
  since: verdict === 'pass' ? takenAt - 9 * 24 * 60 * MINUTE_MS : takenAt - 42 * MINUTE_MS,
});

const countsOf = (results: readonly CheckResult[]): CheckRunSummary['counts'] => {
  const of = (verdict: CheckVerdict): number => results.filter((result) => result.verdict === verdict).length;
  return { pass: of('pass'), warn: of('warn'), fail: of('fail'), unknown: of('unknown'), skipped: of('skipped') };
};

/** All checks with results of this age. */
export function checksState(ageMs = 4 * MINUTE_MS): ChecksState {
  const takenAt = Date.now() - ageMs;
  const results = ENTRIES.map((entry) => resultOf(entry, takenAt));
  const run: CheckRunSummary = {
    startedAt: takenAt,
    elapsedMs: 3_120,
    by: 'operator',
    counts: countsOf(results),
    failed: ['driver-match', 'port-9090'],
    warned: ['clock'],
    isComplete: true,
  };
  const earlier = results.filter(({ verdict }) => verdict === 'pass');
  return {
    checks: ENTRIES.map(infoOf),
    results,
    run: null,
    history: [
      run,
      { ...run, startedAt: takenAt - 360 * MINUTE_MS, by: 'schedule', counts: countsOf(earlier), failed: [], warned: [] },
      { ...run, startedAt: takenAt - 720 * MINUTE_MS, by: 'command-line', counts: countsOf(results.slice(0, 6)), isComplete: false },
    ],
    schedule: { everyHours: 6, withImages: false },
    nextAt: Date.now() + 130 * MINUTE_MS,
    error: null,
  };
}

/** No check has run yet. */
export const neverRun = (): ChecksState => ({ ...checksState(), results: [], history: [], schedule: null, nextAt: null });

/** A run that is at its middle. */
export function runningChecks(): ChecksState {
  const ids = ENTRIES.map(([id]) => id);
  const run: CheckRun = {
    startedAt: Date.now(),
    ids,
    done: ids.slice(0, 7),
    running: ids.slice(7, 11),
    isCancelling: false,
    costs: ['reads', 'image', 'load'],
  };
  return { ...checksState(), run };
}

/** Why a run ended early. */
export const READ_FAILED: NonNullable<ChecksState['error']> = {
  code: 'host-read-failed',
  layer: 'host',
  message: 'Could not read the host: the login shell ended with status 1.',
  hint: 'Check that the host has a POSIX shell, then run the checks again.',
  retryable: true,
};

/** The main process answers the calls of the checks on the lab with this state, until the panel ends. */
export async function answerChecks(panel: Panel, state: ChecksState): Promise<void> {
  await panel.app.evaluate(({ ipcMain, BrowserWindow }, value) => {
    ipcMain.removeHandler('checks.state');
    ipcMain.handle('checks.state', () => ({ ok: true, value }));
    BrowserWindow.getAllWindows()[0]?.webContents.send('checks.changed', { hostId: 'lab', value });
  }, state);
}
