import type {
  CacheFact,
  FreedVram,
  HfLogin,
  ModelsState,
  QueueProgress,
  StarterList,
} from '../../../shared/capabilities/models/contract.ts';
import type { Logger } from '../../foundation/log/log.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import type { InvokeAiEvents } from '../backends/invokeai-events.ts';
import type { InvokeAiLogin } from '../backends/invokeai-login.ts';
import type { GpuSampler } from '../gpu/sampler.ts';
import type { JobVerb } from './installs.ts';
import type { LastUsed } from './last-used.ts';

export type QueueVerb = 'pause' | 'resume' | 'clear' | 'cancel-current' | 'cancel-waiting';

/** InvokeAI's models, installs and queue on one host. What changes something throws why it could not. */
export interface Models {
  state(): ModelsState;
  refresh(): Promise<void>;
  starters(): Promise<StarterList>;
  install(o: {
    readonly source: string;
    readonly isInPlace: boolean;
    readonly token: string | null;
    readonly neededBytes: number | null;
  }): Promise<void>;
  actOnJob(jobId: number, verb: JobVerb): Promise<void>;
  prune(): Promise<void>;
  remove(key: string): Promise<void>;
  hfLogin(): Promise<HfLogin>;
  setHfToken(token: string | null): Promise<HfLogin>;
  logIn(o: { readonly email: string; readonly password: string; readonly isPasswordSaved: boolean }): Promise<void>;
  logOut(): Promise<void>;
  actOnQueue(verb: QueueVerb): Promise<void>;
  freeVram(): Promise<FreedVram>;
  cache(): Promise<CacheFact[]>;
  onChange(listener: (state: ModelsState) => void): () => void;
  /** Whether progress is reported; the progress of the job that runs is reported at once. */
  followProgress(isFollowed: boolean): void;
  /** How far the job that runs is, while it is followed and the window is shown; null = it ended. */
  onProgress(listener: (progress: QueueProgress | null) => void): () => void;
  stop(): void;
}

export interface ModelsOptions {
  readonly hostId: string;
  readonly transport: Transport;
  readonly login: InvokeAiLogin;
  readonly events: InvokeAiEvents;
  readonly gpu: Pick<GpuSampler, 'status' | 'onSamples'>;
  readonly lastUsed: LastUsed;
  /** The newest images of this panel made on this host, as far as they are known: the gallery is not opened for this. */
  readonly newestImages: () => Parameters<LastUsed['noteImages']>[0];
  readonly isWindowShown: () => boolean;
  readonly log: Logger;
  readonly now: () => number;
}
