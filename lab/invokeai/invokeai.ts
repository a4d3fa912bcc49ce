import { createEmitter } from '../../shared/emitter.ts';
import type { LabFault } from '../base/faults.ts';
import type { Files } from '../base/files.ts';
import type { GpuLoad } from '../base/gpu.ts';
import type { Random } from '../base/random.ts';
import { invokeLine } from '../systemd/unit-definitions.ts';
import { Accounts } from './accounts.ts';
import type { InvokeAiContext } from './context.ts';
import { Images } from './images.ts';
import { FIRST_MODELS, InstalledModels, LOST_MODEL } from './installed-models.ts';
import { Installs } from './installs.ts';
import { Painter } from './painter.ts';
import { SessionProcessor } from './processor.ts';
import { SessionQueue } from './queue.ts';

const DISK_BYTES = 1832 * 1024 ** 3;
/** Everything on the disk that is no model. */
const OTHER_BYTES = 1096 * 1024 ** 3;
const RESERVED_BYTES = 93 * 1024 ** 3;
/** What is left with the fault `disk-full`. */
const SCARCE_BYTES = 400_000_000;

export interface LabInvokeAiEvent {
  readonly event: string;
  /** Made only for a listener that needs it: a preview takes long to draw. */
  readonly payload: () => Readonly<Record<string, unknown>>;
}

/** The simulated InvokeAI behind its unit: models, queue, installs, and a user who sometimes generates images. */
export class InvokeAi {
  readonly installed: InstalledModels;
  readonly queue: SessionQueue;
  readonly processor: SessionProcessor;
  readonly images = new Images();
  readonly installs: Installs;
  /** The Hugging Face token that InvokeAI has stored. */
  login: string | null = null;
  readonly accounts = new Accounts();
  readonly faults: ReadonlySet<LabFault>;
  readonly context: InvokeAiContext;
  readonly #painter: Painter | null;
  readonly #events = createEmitter<LabInvokeAiEvent>();
  readonly onEvent = this.#events.on;
  readonly #otherBytes: () => number;
  #fullAtBytes: number | null = null;

  constructor(o: {
    readonly random: Random;
    readonly faults: ReadonlySet<LabFault>;
    readonly hostNow: () => number;
    readonly print: (line: string) => void;
    /** What lies on the disk besides, bytes. */
    readonly otherBytes: () => number;
    readonly files: Files;
    /** A new one has no models, and nobody else generates images with it. */
    readonly isNew: boolean;
    /** Whether an image of somebody else runs out of memory now and then. */
    readonly hasMishaps?: boolean;
  }) {
    this.faults = o.faults;
    this.#otherBytes = o.otherBytes;
    this.#painter = o.isNew ? null : new Painter(o.random, o.hasMishaps === false ? 0 : undefined);
    const emit: InvokeAiContext['emit'] = (event, payload) => this.#events.emit({ event, payload });
    const { random, faults, hostNow, print } = o;
    this.context = { random, faults, hostNow, print, emit };
    this.installed = new InstalledModels(faults, o.isNew ? [] : [...FIRST_MODELS, LOST_MODEL]);
    this.queue = new SessionQueue(this.context);
    this.processor = new SessionProcessor(this.context, { queue: this.queue, installed: this.installed, images: this.images });
    this.installs = new Installs({
      random,
      faults,
      installed: this.installed,
      files: o.files,
      freeBytes: () => this.disk().freeBytes,
      print: (text, level = 'INFO') => print(invokeLine(level, text, 'ModelInstallService')),
      emit,
    });
  }

  /** The disk with models_dir on it. */
  disk(): { readonly sizeBytes: number; readonly usedBytes: number; readonly freeBytes: number } {
    const models = this.installed.bytes() + this.installs.bytes() + this.#otherBytes();
    // A disk that is full has a little room left, which goes too.
    this.#fullAtBytes = this.faults.has('disk-full') ? (this.#fullAtBytes ?? models) : null;
    const free =
      this.#fullAtBytes === null
        ? DISK_BYTES - RESERVED_BYTES - OTHER_BYTES - models
        : Math.max(0, SCARCE_BYTES - (models - this.#fullAtBytes));
    return { sizeBytes: DISK_BYTES, usedBytes: DISK_BYTES - RESERVED_BYTES - free, freeBytes: free };
  }

  /** The process ended. */
  lost(): void {
    this.processor.stopped();
    this.installs.lost();
    this.#painter?.lost();
  }

  /** The process is up again: only now the job that ran is canceled, and what waits runs at once. */
  started(): void {
    this.queue.restarted();
  }

  /** Has the next image begin soon. */
  wake(nowMs: number): void {
    this.#painter?.wake(nowMs);
  }

  /** Lives through the time up to `nowMs`. */
  step(nowMs: number, elapsedMs: number, pid: number): GpuLoad {
    this.#painter?.step(this, nowMs);
    this.installs.step(elapsedMs);
    this.processor.step(nowMs);
    return { pid, processName: '/var/lib/invokeai/venv/bin/python', ...this.processor.load() };
  }
}
