import { SUDOERS_PATH } from '../../../../shared/host-scripts/sudoers.ts';
import { plainText } from '../../../../shared/plain-text.ts';
import { byHand, byUnit, type Diagnosis, setting } from './diagnosis.ts';
import type { AdoptFacts } from './facts.ts';
import { optionOf } from './invokeai-facts.ts';
import { userEvidence } from './invokeai-unit.ts';
import { HOST_TEXT as TEXT } from './text.ts';

const GB = 1e9;
const LEAST_FREE_BYTES = 5 * GB;
const LEAST_FREE_SHARE = 0.05;
const EVERYWHERE = ['0.0.0.0', '::', '*'];
/** Exit statuses of nvidia-smi: no driver, no library, version mismatch, lost GPU; of the shell: no such command. */
const EXITS = { noDriver: [9, 12, 127], mismatch: 18, lost: 15 } as const;
/** Programs that start a shell or write any file when they run as root. */
const UNSAFE = /\/(?:systemctl (?:status|edit|cat)|journalctl|less|more|vim?|nano|tee|cp|mv|bash|sh|env|find|python3?)(?:[\s,]|$)/;

/** What is wrong with the host itself, and with ComfyUI on it. */
export const HOST_DIAGNOSES: readonly Diagnosis[] = [
  {
    id: 'driver-mismatch',
    title: TEXT.mismatch,
    diagnose: ({ driver }) =>
      driver.exitStatus !== EXITS.mismatch
        ? null
        : {
            severity: 'bad',
            evidence: [TEXT.smi(driver.exitStatus, driver.output), ...(driver.module === null ? [] : [TEXT.loaded(driver.module)])],
            ...byHand(TEXT.restart),
          },
  },
  {
    id: 'driver-missing',
    title: TEXT.noDriver,
    diagnose: ({ driver }) => {
      const { exitStatus, cards, hasNouveau, output } = driver;
      const isMissing = EXITS.noDriver.some((status) => status === exitStatus);
      if (!isMissing || exitStatus === null || hasNouveau || cards === null || cards.length === 0) return null;
      return { severity: 'bad', evidence: [...cards.map(TEXT.card), TEXT.smi(exitStatus, output)], ...byHand(TEXT.install) };
    },
  },
  {
    id: 'driver-nouveau',
    title: TEXT.nouveau,
    diagnose: ({ driver }) =>
      driver.hasNouveau && driver.exitStatus !== 0
        ? { severity: 'bad', evidence: [TEXT.nouveauLoaded, ...(driver.cards ?? []).map(TEXT.card)], ...byHand(TEXT.install) }
        : null,
  },
  {
    id: 'gpu-lost',
    title: TEXT.lost,
    diagnose: ({ driver }) =>
      driver.exitStatus === EXITS.lost
        ? { severity: 'bad', evidence: [TEXT.smi(driver.exitStatus, driver.output)], ...byHand(TEXT.powerCycle) }
        : null,
  },
  {
    id: 'disk-nearly-full',
    title: TEXT.disk,
    diagnose: ({ disks }) => {
      const full = disks.filter(({ freeBytes, sizeBytes }) => freeBytes < LEAST_FREE_BYTES || freeBytes < sizeBytes * LEAST_FREE_SHARE);
      if (full.length === 0) return null;
      const gb = (bytes: number): string => (bytes / GB).toFixed(1);
      const evidence = full.map(({ mount, freeBytes, sizeBytes }) => TEXT.free(mount, gb(freeBytes), gb(sizeBytes)));
      return { severity: 'warning', evidence, ...byHand(TEXT.freeSpace) };
    },
  },
  {
    id: 'journal-not-persistent',
    title: TEXT.journal,
    diagnose: ({ host, journalFolder, journalSettings }) =>
      journalFolder !== null || host.distribution === 'macos' || /^Storage=persistent$/m.test((journalSettings ?? '').slice(0, 20_000))
        ? null
        : { severity: 'info', evidence: [TEXT.noJournal], ...byHand(TEXT.makeJournal) },
  },
  {
    id: 'comfyui-exposed',
    title: TEXT.comfyExposed,
    diagnose: ({ comfyUi }) => {
      const address = comfyUi === null ? null : optionOf(comfyUi.command, '--listen');
      const isBare = comfyUi?.command.at(-1) === '--listen';
      // Without an address the option means all of them.
      const isEverywhere =
        isBare || (address !== null && (address.startsWith('--') || address.split(',').some((one) => EVERYWHERE.includes(one))));
      if (comfyUi === null || !isEverywhere) return null;
      return {
        severity: 'warning',
        evidence: [setting(comfyUi, 'ExecStart'), TEXT.comfyListens],
        ...byUnit(comfyUi, 'comfyui', 'ExecStart'),
      };
    },
  },
  {
    id: 'comfyui-runs-as-root',
    title: TEXT.comfyRoot,
    diagnose: ({ comfyUi }) =>
      comfyUi?.user === 'root' ? { severity: 'warning', evidence: [userEvidence(comfyUi)], ...byUnit(comfyUi, 'comfyui', 'User') } : null,
  },
  {
    id: 'sudo-rule-too-wide',
    title: TEXT.sudo,
    diagnose: ({ sudoers }) => {
      const evidence = sudoers.filter(({ path }) => path !== SUDOERS_PATH).flatMap(wideRules);
      return evidence.length === 0 ? null : { severity: 'warning', evidence: evidence.slice(0, 6), ...byHand(TEXT.sudoHint) };
    },
  },
];

/** Rules without a password that match more commands than one. Format: sudoers(5). */
function wideRules({ path, text }: AdoptFacts['sudoers'][number]): readonly string[] {
  return text
    .slice(0, 64 * 1024)
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#') && (line.includes('NOPASSWD:') || line.trimStart().startsWith('Cmnd_Alias')))
    .filter((line) => (line.includes('/systemctl ') && line.includes('*')) || UNSAFE.test(line.slice(0, 4_000)))
    .map((line) => `${path}: ${plainText(line)}`);
}
