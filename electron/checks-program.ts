import { startLabProcess } from './app/lab-process.ts';
import { openSecrets } from './app/secrets.ts';
import { type ChecksExitCode, runChecksCommand } from './cli/checks.ts';
import { CHECKS_WORDS, openProcess } from './cli/process.ts';
import { createSaveMonitor } from './foundation/files/save-monitor.ts';
import { silentLogger } from './foundation/log/log.ts';

/** `ada-panel --checks`: the same as `npm run checks`, with the panel's own keyring. Never rejects. */
export function runChecksProgram(
  argv: readonly string[],
  o: { readonly dataFolder: string; readonly labScript: string },
): Promise<ChecksExitCode> {
  const hasFolder = argv.some((option) => option === '--data-folder' || option.startsWith('--data-folder='));
  return runChecksCommand(hasFolder ? argv : [...argv, `--data-folder=${o.dataFolder}`], {
    ...openProcess(CHECKS_WORDS),
    command: 'ada-panel --checks',
    openLab: (info, faults) => startLabProcess(info, o.labScript, silentLogger, { faults }),
    secrets: openSecrets({ dataFolder: o.dataFolder, platform: process.platform, saves: createSaveMonitor(), log: silentLogger }),
  });
}
