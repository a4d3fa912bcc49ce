import type { BundleGroup } from '../../../shared/capabilities/support/contract.ts';
import { formatBytes } from '../../../shared/format.ts';

/** Strings of the support bundle. */
export const TEXT = {
  title: 'Support bundle',
  create: 'Support bundle…',
  about:
    'One zip with a report, the configuration without secrets, logs of the last hour and GPU readings. Nothing is saved before Save, and nothing is sent.',
  reading: 'Reading the host…',
  withPrompts: 'Include prompts of users',
  withPromptsHint: 'Prompts are private: they are removed from logs unless you include them.',
  files: 'Files',
  preview: 'Preview',
  previewCut: 'Only the beginning is shown.',
  missing: 'Not included',
  save: 'Save…',
  refresh: 'Read again',
  close: 'Close',
  noHost: 'No host selected',
} as const;

export const GROUP_WORDS: Readonly<Record<BundleGroup, string>> = {
  report: 'Report',
  configuration: 'Configuration',
  logs: 'Logs',
  samples: 'Samples',
  panel: 'Ada Panel',
};

export const describeChosen = (chosen: number, all: number, bytes: number): string =>
  `${chosen} of ${all} files, ${formatBytes(bytes)} before compression`;
export const describeShow = (path: string): string => `Show ${path}`;
export const describeInclude = (path: string): string => `Include ${path}`;
export const describeSaved = (files: number, bytes: number, savedTo: string): string =>
  `Saved ${files} files (${formatBytes(bytes)}) to ${savedTo}`;
