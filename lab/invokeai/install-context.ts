import type { LabFault } from '../base/faults.ts';
import type { Files } from '../base/files.ts';
import type { Random } from '../base/random.ts';
import type { InstalledModels } from './installed-models.ts';

/** The surroundings of install jobs. */
export interface InstallContext {
  readonly random: Random;
  readonly faults: ReadonlySet<LabFault>;
  readonly installed: InstalledModels;
  readonly files: Files;
  freeBytes(): number;
  print(text: string, level?: 'INFO' | 'ERROR' | 'WARNING'): void;
  /** The payload is created only for a listener. */
  emit(event: string, payload: () => Readonly<Record<string, unknown>>): void;
}

export type Refused = { readonly status: number; readonly detail: string };
