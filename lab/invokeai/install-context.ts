import type { LabFault } from '../base/faults.ts';
import type { Files } from '../base/files.ts';
import type { Random } from '../base/random.ts';
import type { InstalledModels } from './installed-models.ts';

/** What install jobs stand on. */
export interface InstallContext {
  readonly random: Random;
  readonly faults: ReadonlySet<LabFault>;
  readonly installed: InstalledModels;
  readonly files: Files;
  freeBytes(): number;
  print(text: string, level?: 'INFO' | 'ERROR' | 'WARNING'): void;
  /** The payload is made only when somebody listens. */
  emit(event: string, payload: () => Readonly<Record<string, unknown>>): void;
}

export type Refused = { readonly status: number; readonly detail: string };
