import type { NewRecord } from './journal.ts';
import type { LabUnit } from './lab-unit.ts';

/** Message IDs of systemd's catalogue (sd-messages.h). */
const MESSAGE = {
  spawnFailed: '641257651c1b4ec9a8624d7a40a9e1e7',
  starting: '7d4958e842da4a758f6c1cdc7b36dcc5',
  started: '39f53479d3a045ac8e11786248231fbf',
  startFailed: 'be02cf6855d2428ba40df7e9d022f03d',
  stopping: 'de5b426a63be47a7b6ac3eaac82e2f6f',
  stopped: '9d1aaa27d60140bd96365438aad20286',
  exited: '98e322203f7a4ed290d09fe03c09fe15',
  failed: 'd9b373ed55a64feb8242e02dbe79a49c',
  deactivated: '7ad2d189f7e94e70a38c781354912448',
};

/** The traceback of a Python program without a GPU; `where` is the program's own part. */
const noGpu = (...where: readonly string[]): readonly string[] => [
  'Traceback (most recent call last):',
  ...where,
  'RuntimeError: No CUDA GPUs are available',
];
const INVOKEAI_FAILURE = noGpu(
  '  File "/var/lib/invokeai/venv/bin/invokeai-web", line 8, in <module>',
  '    sys.exit(run_app())',
  '  File "/var/lib/invokeai/venv/lib/python3.11/site-packages/invokeai/app/run_app.py", line 31, in run_app',
  '    torch_device_name = TorchDevice.get_torch_device_name()',
);
const COMFYUI_FAILURE = noGpu(
  '  File "/opt/ComfyUI/main.py", line 136, in <module>',
  '    import execution',
  '  File "/opt/ComfyUI/comfy/model_management.py", line 166, in get_torch_device',
  '    return torch.device(torch.cuda.current_device())',
);

/** Logs the output of units and systemd's messages about them. */
export class UnitLog {
  readonly #context: { hostNow(): number; log(record: NewRecord): void };

  constructor(context: { hostNow(): number; log(record: NewRecord): void }) {
    this.#context = context;
  }

  /** Logs one line of a unit's output. */
  print(unit: LabUnit, text: string): void {
    const { definition } = unit;
    const stamp = new Date(this.#context.hostNow()).toISOString().replace('T', ' ').replace('.', ',').slice(0, 23);
    this.#context.log({
      message: text.replace('{time}', stamp),
      priority: 6,
      identifier: definition.identifier,
      pid: unit.mainPid,
      unit: definition.name,
      invocationId: unit.invocationId === '' ? null : unit.invocationId,
      transport: 'stdout',
    });
  }

  starting(unit: LabUnit): void {
    this.#say(unit, `Starting ${titleOf(unit)}...`, MESSAGE.starting, jobOf(unit));
  }

  started(unit: LabUnit): void {
    this.#say(unit, `Started ${titleOf(unit)}.`, MESSAGE.started, jobOf(unit, 'done'));
  }

  stopping(unit: LabUnit): void {
    this.#say(unit, `Stopping ${titleOf(unit)}...`, MESSAGE.stopping, jobOf(unit));
    for (const line of unit.definition.stopLines) this.print(unit, line);
  }

  stopped(unit: LabUnit): void {
    this.#say(unit, `${unit.definition.name}: Deactivated successfully.`, MESSAGE.deactivated);
    this.#say(unit, `Stopped ${titleOf(unit)}.`, MESSAGE.stopped, jobOf(unit, 'done'));
  }

  /** Logs the traceback of a failing program before its exit. */
  dying(unit: LabUnit): void {
    for (const line of unit.definition.name === 'comfyui.service' ? COMFYUI_FAILURE : INVOKEAI_FAILURE) this.print(unit, line);
  }

  /** Logs why the manager could not run the command of a unit. */
  notSpawned(unit: LabUnit, line: string): void {
    this.#say(unit, `${unit.definition.name}: ${line}`, MESSAGE.spawnFailed, {}, 3);
  }

  /** Logs the exit of a main process; `word` is systemd's name for the status. */
  exited(unit: LabUnit, status: number, word: string): void {
    const { name } = unit.definition;
    const exit = { COMMAND: 'ExecStart', EXIT_CODE: 'exited', EXIT_STATUS: String(status) };
    this.#say(unit, `${name}: Main process exited, code=exited, status=${status}/${word}`, MESSAGE.exited, exit, 5);
    this.#say(unit, `${name}: Failed with result 'exit-code'.`, MESSAGE.failed, { UNIT_RESULT: 'exit-code' }, 4);
  }

  startFailed(unit: LabUnit): void {
    this.#say(unit, `Failed to start ${titleOf(unit)}.`, MESSAGE.startFailed, jobOf(unit, 'failed'), 3);
  }

  /** Logs that the manager reads its unit files again; systemd 254 and later logs three entries. */
  reloading(): void {
    this.#log('Reloading.', {});
  }

  #say(unit: LabUnit, message: string, messageId: string, more: Readonly<Record<string, string>> = {}, priority = 6): void {
    this.#log(message, { MESSAGE_ID: messageId, UNIT: unit.definition.name, INVOCATION_ID: unit.invocationId, ...more }, priority);
  }

  #log(message: string, fields: Readonly<Record<string, string>>, priority = 6): void {
    this.#context.log({
      message,
      priority,
      identifier: 'systemd',
      pid: 1,
      unit: 'init.scope',
      invocationId: null,
      transport: 'journal',
      fields,
    });
  }
}

const titleOf = ({ definition }: LabUnit): string => `${definition.name} - ${definition.description}`;

/** The fields of an entry about a job; the result only once the job has ended. */
const jobOf = ({ job }: LabUnit, result?: 'done' | 'failed'): Readonly<Record<string, string>> => ({
  ...(job === null ? {} : { JOB_ID: String(job.id), JOB_TYPE: job.type }),
  ...(result === undefined ? {} : { JOB_RESULT: result }),
});
