/** What a service logged: the text of the real program, by the name of the fault. Long because it is data. */
interface Logged {
  readonly unit: 'invokeai.service' | 'invokeai-openai-images-shim.service';
  readonly lines: readonly string[];
}

const invokeai = (...lines: readonly string[]): Logged => ({ unit: 'invokeai.service', lines });
const shim = (...lines: readonly string[]): Logged => ({ unit: 'invokeai-openai-images-shim.service', lines });
const error = (text: string, logger = 'InvokeAI'): string => `[{time}]::[${logger}]::ERROR --> ${text}`;

/** A job that failed, as InvokeAI logs it. */
const failedJob = (node: string, exception: string, message = exception.replace(/^\w+: /, '')): Logged =>
  invokeai(
    error(`Error while invoking session 6f0c3f0e-59a7-4b0c-8f0e-2f1d6c9d2a11, invocation 0b9e0a52 (${node}): ${message}`),
    'Traceback (most recent call last):',
    '  File "/var/lib/invokeai/venv/lib/python3.11/site-packages/invokeai/app/services/session_processor/session_processor_default.py", line 129, in run_node',
    '    output = invocation.invoke_internal(context=context, services=self._services)',
    exception,
  );

/** Moments: what is logged stays. */
export const LOGGED_FAULTS = {
  'job-fails-out-of-memory': failedJob(
    'denoise_latents',
    'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 4.50 GiB. GPU 0 has a total capacity of 44.39 GiB of which 1.21 GiB is free.',
  ),
  'job-fails-model-too-large': failedJob('flux_model_loader', 'RuntimeError: Insufficient GPU memory to load model. Aborting'),
  'job-fails-unknown-model': failedJob('sdxl_model_loader', 'UnknownModelException: Unknown model: 2cbc1399-8c3e-4f2a-9d5e-1b2c3d4e5f60'),
  'job-fails-file-gone': failedJob(
    'sdxl_model_loader',
    "FileNotFoundError: [Errno 2] No such file or directory: '/var/lib/invokeai/models/6f2a/juggernautXL_v9.safetensors'",
  ),
  'job-fails-seed': failedJob('rand_int', 'ValueError: low >= high'),
  'job-fails-again-and-again': invokeai(
    ...Array<string>(3).fill(error('Non-fatal error in session processor ProcessorError: GraphExecutionState')),
  ),
  'job-makes-nan': invokeai(
    '/var/lib/invokeai/venv/lib/python3.11/site-packages/diffusers/image_processor.py:147: RuntimeWarning: invalid value encountered in cast',
    '  images = (images * 255).round().astype("uint8")',
  ),
  'job-blacked-out': invokeai(
    'Potential NSFW content was detected in one or more images. A black image will be returned instead. Try again with a different prompt and/or seed.',
  ),
  'jobs-load-models-anew': invokeai(
    ...Array.from({ length: 10 }, (_, index) => [
      `[{time}]::[ModelManagerService]::INFO --> [MODEL CACHE] Loaded model '2cbc1399:unet' (UNet2DConditionModel) onto cuda device in 4.0${index}s. Total model size: 4897.05MB, VRAM: 4897.05MB (100.0%)`,
      `[{time}]::[InvokeAI]::INFO --> Graph stats: 6f0c3f0e-59a7-4b0c-8f0e-2f1d6c9d2a${index}`,
    ]).flat(),
  ),
  'model-download-refused': invokeai(error('Download failed from huggingface.co: HTTP 401', 'DownloadQueueService')),
  'model-not-identified': invokeai(error('Model install error: Could not identify model for /tmp/anything.bin', 'ModelInstallService')),
  'shim-template-lost': shim('RuntimeError: graph template not found: /var/lib/invokeai/openai_images_shim/graph_template.json'),
  'shim-timed-out': shim('Timed out waiting for InvokeAI completion (last_status=in_progress)'),
} as const satisfies Readonly<Record<string, Logged>>;

/** A service that does not start: what it prints, and its exit status. */
export interface FailedStart {
  readonly unit: 'invokeai.service' | 'nginx.service';
  readonly status: number;
  readonly lines: readonly string[];
}

const invokeaiFails = (status: number, ...lines: readonly string[]): FailedStart => ({ unit: 'invokeai.service', status, lines });
const traceback = (...lines: readonly string[]): FailedStart =>
  invokeaiFails(
    1,
    'Traceback (most recent call last):',
    '  File "/var/lib/invokeai/venv/bin/invokeai-web", line 8, in <module>',
    '    sys.exit(run_app())',
    ...lines,
  );

/** States: each start fails so until the fault is fixed. */
export const FAILED_STARTS = {
  'start-fails-unknown-argument': invokeaiFails(
    2,
    'usage: invokeai-web [-h] [--root ROOT] [--config CONFIG] [--version]',
    'invokeai-web: error: unrecognized arguments: --host 0.0.0.0 --port 7860',
  ),
  'start-fails-settings': traceback(
    'RuntimeError: Failed to load config file /var/lib/invokeai/invokeai.yaml: 1 validation error for InvokeAIAppConfig',
    'max_vram_gb: Extra inputs are not permitted',
  ),
  'start-fails-database': traceback(
    '  File "/var/lib/invokeai/venv/lib/python3.11/site-packages/invokeai/app/services/shared/sqlite_migrator/sqlite_migrator_impl.py", line 55, in run_migrations',
    'invokeai.app.services.shared.sqlite_migrator.sqlite_migrator_common.MigrationError: Database has unknown applied migration IDs: 27',
  ),
  'start-fails-port': invokeaiFails(
    1,
    "[{time}]::[uvicorn.error]::ERROR --> [Errno 98] error while attempting to bind on address ('127.0.0.1', 9090): address already in use",
  ),
  'start-fails-cuda': traceback(
    '  File "/var/lib/invokeai/venv/lib/python3.11/site-packages/torch/cuda/__init__.py", line 319, in _lazy_init',
    'RuntimeError: The NVIDIA driver on your system is too old (found version 11040).',
  ),
  'start-fails-permission': traceback("PermissionError: [Errno 13] Permission denied: '/var/lib/invokeai/databases/invokeai.db'"),
  'start-fails-import': traceback("ModuleNotFoundError: No module named 'diffusers'"),
  'start-fails-exec': invokeaiFails(203, 'Failed at step EXEC spawning /var/lib/invokeai/venv/bin/invokeai-web: No such file or directory'),
  'start-fails-startup': invokeaiFails(3, '[{time}]::[uvicorn.error]::ERROR --> Application startup failed. Exiting.'),
  'start-fails-nginx-port': {
    unit: 'nginx.service',
    status: 1,
    lines: [
      ...Array<string>(5).fill('nginx: [emerg] bind() to 0.0.0.0:7860 failed (98: Address already in use)'),
      'nginx: [emerg] still could not bind()',
    ],
  },
} as const satisfies Readonly<Record<string, FailedStart>>;

export type FailedStartFault = keyof typeof FAILED_STARTS;
export type LoggedFault = keyof typeof LOGGED_FAULTS;
export type TableFault = FailedStartFault | LoggedFault;

export const isLoggedFault = (fault: string): fault is LoggedFault => Object.hasOwn(LOGGED_FAULTS, fault);
export const isFailedStart = (fault: string): fault is FailedStartFault => Object.hasOwn(FAILED_STARTS, fault);
const tableFault = (fault: string): fault is TableFault => isLoggedFault(fault) || isFailedStart(fault);
export const TABLE_FAULTS: readonly TableFault[] = [...Object.keys(LOGGED_FAULTS), ...Object.keys(FAILED_STARTS)].filter(tableFault);
