import type { LabFault } from '../base/faults.ts';
import type { Random } from '../base/random.ts';

/** The parts of the lab that ComfyUI uses. */
export interface ComfyUiContext {
  readonly random: Random;
  readonly faults: ReadonlySet<LabFault>;
  hostNow(): number;
  print(line: string): void;
  /** Names of the files under models/checkpoints. */
  checkpoints(): readonly string[];
}
