/** What a reader found in a file of a host. `error` stops the program that reads the file, `warning` is without effect or not advisable. */
export interface FileFinding {
  readonly severity: 'error' | 'warning';
  /** Counted from 1; null = of the whole file. */
  readonly line: number | null;
  /** The setting, as the file spells it; null = of the whole file. */
  readonly key: string | null;
  readonly message: string;
}

/** A setting that was read and is not carried over. */
export interface DroppedSetting {
  readonly key: string;
  readonly reason: string;
}

/** A setting that has another name now. */
export interface RenamedSetting {
  readonly from: string;
  readonly to: string;
}
