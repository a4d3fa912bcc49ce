import { describe, expect, it } from 'vitest';
import type { Incident } from '../../../../shared/capabilities/incidents/contract.ts';
import { SYMPTOM_IDS, type SymptomId } from '../../../../shared/capabilities/troubleshooting/symptoms.ts';
import { formatClock } from '../../../../shared/format.ts';
import { RECIPES } from '../../setup/recipes/index.ts';
import { diagnose } from '../diagnose.ts';
import { type Evidence, known } from '../evidence.ts';
import {
  evidence,
  failed,
  file,
  GPU_UUID,
  gateway,
  gpu,
  lines,
  listener,
  log,
  model,
  models,
  NOW_MS,
  noGpu,
  nothingKnown,
  preset,
  program,
  queue,
  readingOf,
  reply,
  unit,
} from '../testing/fake-evidence.ts';
import { RULES } from './index.ts';

/** A state in which a rule fires, and the cause that it names. */
interface Fires {
  readonly rule: string;
  readonly symptom: SymptomId;
  readonly world: Evidence;
  readonly cause: RegExp;
}

const down = (...texts: readonly string[]) =>
  evidence({
    logs: { invokeai: log(...texts) },
    probes: { invokeai: failed('invokeai-unreachable') },
    units: { invokeai: unit('invokeai', { activeState: 'failed', subState: 'failed', result: 'exit-code', exitStatus: 1 }) },
  });
const start = (rule: string, text: string, cause: RegExp): Fires => ({
  rule,
  symptom: 'invokeai-will-not-start',
  world: down('before', text, 'after'),
  cause,
});
const kernel = (...texts: readonly string[]) => evidence({ kernel: log(...texts) });
const invokeai = (...texts: readonly string[]) => evidence({ logs: { invokeai: log(...texts) } });
const shimSays = (status: number, body: unknown) => evidence({ probes: { shim: reply(status, body) } });
const notReady = (said: string) =>
  shimSays(503, { status: 'not_ready', mode: 'invokeai_queue', links: [{ name: 'x', ok: false, said }], detail: said });
const asked = (text: string) => evidence({ error: { code: 'gateway-backend-failed', message: text, detail: null } });
const incident = (kind: Incident['kind'], summary: string) =>
  evidence({
    incidents: known([
      {
        id: kind,
        kind,
        severity: 'warning',
        beginMs: NOW_MS - 600_000,
        endMs: null,
        cut: { begin: false, end: false },
        gpuUuid: null,
        unit: null,
        who: 'invokeai',
        summary,
        evidence: ['floor 12.0 GiB, before 8.1 GiB'],
      },
    ]),
  });
const OOM = 'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 4.50 GiB. GPU 0 has a total capacity of 44.39 GiB';

const FIRES: readonly Fires[] = [
  {
    rule: 'gpu-fell-off-the-bus',
    symptom: 'gpu-lost',
    cause: /fell off the PCI bus/,
    world: evidence({
      kernel: log("NVRM: Xid (PCI:0000:21:00): 79, pid='<unknown>', GPU has fallen off the bus."),
      gpu: noGpu(15, 'Unable to determine the device handle for GPU 0000:21:00.0: GPU is lost.  Reboot the system to recover this GPU'),
    }),
  },
  {
    rule: 'driver-library-mismatch',
    symptom: 'gpu-lost',
    cause: /old kernel module/,
    world: evidence({ gpu: noGpu(18, 'Failed to initialize NVML: Driver/library version mismatch') }),
  },
  {
    rule: 'driver-not-running',
    symptom: 'gpu-lost',
    cause: /not loaded/,
    world: evidence({ gpu: noGpu(9, "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.") }),
  },
  {
    rule: 'driver-not-installed',
    symptom: 'invokeai-will-not-start',
    cause: /no nvidia-smi/,
    world: evidence({ gpu: noGpu(127, 'sh: nvidia-smi: command not found') }),
  },
  {
    rule: 'driver-library-missing',
    symptom: 'gpu-lost',
    cause: /libnvidia-ml/,
    world: evidence({ gpu: noGpu(12, "NVIDIA-SMI couldn't find libnvidia-ml.so library in your system.") }),
  },
  { rule: 'no-gpu-found', symptom: 'gpu-lost', cause: /finds no GPU/, world: evidence({ gpu: noGpu(6, 'No devices were found') }) },
  { rule: 'nvidia-smi-hangs', symptom: 'gpu-lost', cause: /hangs/, world: evidence({ gpu: noGpu(124, '') }) },
  {
    rule: 'no-card',
    symptom: 'gpu-lost',
    cause: /no NVIDIA card/,
    world: evidence({ gpu: known({ kind: 'no-card' }) }),
  },
  {
    rule: 'xid-needs-reset',
    symptom: 'black-or-noisy-images',
    cause: /Xid 48/,
    world: kernel("NVRM: Xid (PCI:0000:21:00): 48, pid='<unknown>', name=<unknown>, An uncorrectable double bit error"),
  },
  {
    rule: 'xid-of-a-program',
    symptom: 'gateway-502',
    cause: /Xid 31/,
    world: kernel('NVRM: Xid (PCI:0000:21:00): 31, pid=4242, name=python, Ch 00000008, MMU Fault'),
  },
  {
    rule: 'gpu-memory-errors',
    symptom: 'black-or-noisy-images',
    cause: /3 uncorrected/,
    world: evidence({ gpu: gpu({ 'ecc.errors.uncorrected.volatile.total': '3' }) }),
  },
  {
    rule: 'throttled-by-heat',
    symptom: 'slow',
    cause: /too hot/,
    world: evidence({ gpu: gpu({ 'clocks_throttle_reasons.active': '0x0000000000000040' }) }),
  },
  {
    rule: 'throttled-by-power-brake',
    symptom: 'slow',
    cause: /power supply/,
    world: evidence({ gpu: gpu({ 'clocks_throttle_reasons.active': '0x0000000000000080' }) }),
  },
  {
    rule: 'at-power-limit',
    symptom: 'slow',
    cause: /power limit/,
    world: evidence({ gpu: gpu({ 'clocks_throttle_reasons.active': '0x0000000000000004' }) }),
  },
  { rule: 'pcie-link-narrow', symptom: 'slow', cause: /4 of 16/, world: evidence({ gpu: gpu({ 'pcie.link.width.current': '4' }) }) },
  {
    rule: 'persistence-off',
    symptom: 'slow',
    cause: /Persistence mode is off/,
    world: evidence({ gpu: gpu({ persistence_mode: 'Disabled' }) }),
  },
  {
    rule: 'disk-full',
    symptom: 'gateway-502',
    cause: /disk of \/ is full/,
    world: evidence({ disks: known([{ path: '/', availableBytes: 200e6, sizeBytes: 1e12 }]) }),
  },
  {
    rule: 'kernel-out-of-memory',
    symptom: 'out-of-memory',
    cause: /kernel ended a program/,
    world: kernel('Out of memory: Killed process 4242 (python) total-vm:90000000kB'),
  },
  {
    rule: 'vram-leak',
    symptom: 'out-of-memory',
    cause: /does not come back after jobs of invokeai/,
    world: incident('vram-leak', 'VRAM rose by 3.9 GiB.'),
  },
  { rule: 'throttled-in-the-stretch', symptom: 'slow', cause: /was slowed down/, world: incident('thermal', 'GPU at 91 °C.') },
  {
    rule: 'little-memory',
    symptom: 'slow',
    cause: /little free memory/,
    world: evidence({ memory: known({ totalBytes: 16 * 1024 ** 3, availableBytes: 300_000 * 1024 }) }),
  },
  {
    rule: 'disk-fails',
    symptom: 'model-missing',
    cause: /disk of the host fails/,
    world: kernel('EXT4-fs (nvme0n1p2): Remounting filesystem read-only'),
  },
  {
    rule: 'reboot-pending',
    symptom: 'gpu-lost',
    cause: /wait for a reboot/,
    world: evidence({ boot: known({ uptimeS: 9e5, isRebootRequired: true, packages: 'linux-image' }) }),
  },
  {
    rule: 'host-rebooted',
    symptom: 'gateway-503',
    cause: /started 2 min ago/,
    world: evidence({ boot: known({ uptimeS: 120, isRebootRequired: false, packages: '' }) }),
  },
  {
    rule: 'journal-not-readable',
    symptom: 'invokeai-will-not-start',
    cause: /may not read the logs/,
    world: evidence({ logs: { invokeai: { isKnown: false, reason: 'the login may not read the logs' } } }),
  },
  {
    rule: 'invokeai-not-installed',
    symptom: 'gateway-503',
    cause: /no invokeai\.service/,
    world: evidence({
      units: { invokeai: unit('invokeai', { loadState: 'not-found', activeState: 'inactive' }) },
      probes: { invokeai: failed('invokeai-unreachable') },
    }),
  },
  {
    rule: 'invokeai-masked',
    symptom: 'invokeai-will-not-start',
    cause: /masked/,
    world: evidence({ units: { invokeai: unit('invokeai', { loadState: 'masked', activeState: 'inactive' }) } }),
  },
  {
    rule: 'invokeai-cannot-be-executed',
    symptom: 'invokeai-will-not-start',
    cause: /program .* does not exist/,
    world: evidence({ units: { invokeai: unit('invokeai', { activeState: 'failed', exitStatus: 203 }) } }),
  },
  start('invokeai-unknown-argument', 'invokeai-web: error: unrecognized arguments: --host 0.0.0.0', /--host 0\.0\.0\.0/),
  start('invokeai-settings-broken', "KeyError: 'schema_version'", /cannot read its settings/),
  start('invokeai-database-newer', 'Exception: Database has unknown applied migration IDs: 25', /newer version/),
  start(
    'invokeai-port-taken',
    "[Errno 98] error while attempting to bind on address ('127.0.0.1', 9090): address already in use",
    /Another program listens/,
  ),
  {
    rule: 'invokeai-port-moved',
    symptom: 'gateway-503',
    cause: /9093 instead of 9090/,
    world: down('Port 9090 is already in use. Using port 9093.', 'Invoke running on http://127.0.0.1:9093 (Press CTRL+C to quit)'),
  },
  {
    rule: 'foreign-program-on-9090',
    symptom: 'invokeai-will-not-start',
    cause: /prometheus/,
    world: evidence({
      listeners: known([listener(9090, '0.0.0.0', 'prometheus')]),
      probes: { invokeai: reply(404, '404 page not found') },
    }),
  },
  start(
    'invokeai-no-cuda',
    'RuntimeError: Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU',
    /cannot use the GPU/,
  ),
  start('invokeai-permission', "PermissionError: [Errno 13] Permission denied: '/var/lib/invokeai/databases'", /may not read or write/),
  start('invokeai-import-fails', "ModuleNotFoundError: No module named 'diffusers'", /No module named/),
  start('invokeai-start-failed', 'Application startup failed. Exiting.', /during its start/),
  {
    rule: 'invokeai-stopped',
    symptom: 'gateway-503',
    cause: /stopped since/,
    world: evidence({ units: { invokeai: unit('invokeai', { activeState: 'inactive', subState: 'dead' }) } }),
  },
  { rule: 'invokeai-failed', symptom: 'invokeai-will-not-start', cause: /exit status 1/, world: down('x') },
  {
    rule: 'invokeai-starting',
    symptom: 'gateway-503',
    cause: /still starting/,
    world: evidence({
      units: { invokeai: unit('invokeai', { changedAt: NOW_MS - 20_000 }) },
      probes: { invokeai: failed('invokeai-unreachable') },
    }),
  },
  {
    rule: 'invokeai-silent',
    symptom: 'gateway-503',
    cause: /not responding on 9090/,
    world: evidence({ probes: { invokeai: failed('invokeai-unreachable') } }),
  },
  {
    rule: 'invokeai-wants-login',
    symptom: 'gateway-502',
    cause: /multiuser/,
    world: evidence({ probes: { queue: reply(401, { detail: 'Not authenticated' }) } }),
  },
  { rule: 'invokeai-on-cpu', symptom: 'slow', cause: /on the CPU/, world: invokeai('Using torch device: CPU') },
  {
    rule: 'model-file-gone',
    symptom: 'model-missing',
    cause: /gone: Juggernaut XL v9/,
    world: invokeai('Missing model file: Juggernaut XL v9 at /var/lib/invokeai/models/x.safetensors'),
  },
  {
    rule: 'model-key-unknown',
    symptom: 'model-missing',
    cause: /by a key/,
    world: invokeai('UnknownModelException: Unknown model: 2cbc1399'),
  },
  {
    rule: 'no-model-installed',
    symptom: 'model-missing',
    cause: /no SD 1\.5 or SDXL/,
    world: evidence({ probes: { shimModels: models(preset('gpu_slow', { available: null })) } }),
  },
  {
    rule: 'preset-model-unknown',
    symptom: 'model-missing',
    cause: /gpu_fast names a model/,
    world: evidence({
      probes: { shimModels: models(preset('gpu_fast', { model: 'SDXL Turbo', available: false }), model('Juggernaut XL v9')) },
    }),
  },
  {
    rule: 'model-download-refused',
    symptom: 'model-missing',
    cause: /refused/,
    world: invokeai('Download failed from huggingface.co: HTTP 401'),
  },
  {
    rule: 'model-not-identified',
    symptom: 'model-missing',
    cause: /Could not identify/,
    world: invokeai('Could not identify model for /tmp/x.safetensors'),
  },
  {
    rule: 'preset-guidance-too-low',
    symptom: 'gateway-502',
    cause: /cfg_scale 0/,
    world: evidence({ probes: { shimModels: models(preset('gpu_fast', { cfg_scale: 0 }), model('x')) } }),
  },
  {
    rule: 'preset-guidance-too-high',
    symptom: 'black-or-noisy-images',
    cause: /burns/,
    world: evidence({ probes: { shimModels: models(preset('p', { cfg_scale: 30 }), model('x')) } }),
  },
  {
    rule: 'preset-few-steps',
    symptom: 'black-or-noisy-images',
    cause: /4 steps/,
    world: evidence({ probes: { shimModels: models(preset('p', { steps: 4 }), model('x')) } }),
  },
  {
    rule: 'preset-many-steps',
    symptom: 'slow',
    cause: /120 steps/,
    world: evidence({ probes: { shimModels: models(preset('p', { steps: 120 }), model('x')) } }),
  },
  { rule: 'cuda-out-of-memory', symptom: 'out-of-memory', cause: /needed 4\.50 GiB more/, world: invokeai(OOM) },
  {
    rule: 'model-does-not-fit',
    symptom: 'out-of-memory',
    cause: /does not fit/,
    world: invokeai('Insufficient GPU memory to load model. Aborting'),
  },
  {
    rule: 'foreign-program-holds-vram',
    symptom: 'out-of-memory',
    cause: /ollama\.service holds 29\.\d/,
    world: evidence({ gpuPrograms: known([program('ollama', 30_000, 'ollama.service')]) }),
  },
  { rule: 'two-jobs-at-once', symptom: 'out-of-memory', cause: /admits 2 images at once/, world: invokeai(OOM) },
  {
    rule: 'vram-was-full',
    symptom: 'out-of-memory',
    cause: /VRAM was full/,
    world: evidence({ vram: known({ gpuUuid: GPU_UUID, fromMs: 0, toMs: 1, usedMiB: [null, 49_000] }) }),
  },
  { rule: 'queue-paused', symptom: 'stuck-queue', cause: /paused/, world: evidence({ probes: { queue: queue(3, 0, false) } }) },
  {
    rule: 'queue-worker-dead',
    symptom: 'stuck-queue',
    cause: /worker .* ended/,
    world: evidence({ probes: { queue: queue(3, 0, true, false) }, logs: { invokeai: log('Fatal Error in session processor') } }),
  },
  {
    rule: 'queue-item-poisoned',
    symptom: 'stuck-queue',
    cause: /fails again and again/,
    world: invokeai(...Array<string>(3).fill('Non-fatal error in session processor ProcessorError')),
  },
  {
    rule: 'job-hangs',
    symptom: 'stuck-queue',
    cause: /at work for/,
    world: evidence({
      probes: {
        queue: queue(2, 1),
        current: reply(200, { started_at: new Date(NOW_MS - 600_000).toISOString().replace('T', ' ').slice(0, 23) }),
      },
    }),
  },
  { rule: 'queue-long', symptom: 'slow', cause: /12 jobs wait/, world: evidence({ probes: { queue: queue(12, 1) } }) },
  {
    rule: 'model-loaded-again-and-again',
    symptom: 'slow',
    cause: /loads its model again/,
    world: invokeai(
      ...Array<string>(5).fill("[MODEL CACHE] Loaded model 'k:unet' (UNet2DConditionModel) onto cuda device in 4.00s."),
      'Graph stats: 1',
    ),
  },
  {
    rule: 'vae-makes-nan',
    symptom: 'black-or-noisy-images',
    cause: /half precision/,
    world: invokeai('image_processor.py:147: RuntimeWarning: invalid value encountered in cast'),
  },
  {
    rule: 'safety-checker',
    symptom: 'black-or-noisy-images',
    cause: /safety checker/,
    world: invokeai('Potential NSFW content was detected in one or more images.'),
  },
  { rule: 'seed-breaks-template', symptom: 'gateway-502', cause: /empty range/, world: invokeai('ValueError: low >= high') },
  {
    rule: 'shim-not-installed',
    symptom: 'gateway-503',
    cause: /no invokeai-openai-images-shim/,
    world: evidence({
      units: { shim: unit('shim', { loadState: 'not-found', activeState: 'inactive' }) },
      probes: { shim: failed('shim-unreachable') },
    }),
  },
  {
    rule: 'shim-stopped',
    symptom: 'gateway-503',
    cause: /shim is stopped/,
    world: evidence({ units: { shim: unit('shim', { activeState: 'inactive', subState: 'dead' }) } }),
  },
  {
    rule: 'shim-failed',
    symptom: 'gateway-503',
    cause: /exit status 1/,
    world: evidence({ units: { shim: unit('shim', { activeState: 'failed', result: 'exit-code', exitStatus: 1 }) } }),
  },
  {
    rule: 'shim-silent',
    symptom: 'gateway-503',
    cause: /shim is running but not responding on 9091/,
    world: evidence({ probes: { shim: failed('shim-unreachable') } }),
  },
  {
    rule: 'shim-asks-wrong-address',
    symptom: 'gateway-503',
    cause: /INVOKEAI_BASE_URL/,
    world: notReady('The backend at 127.0.0.1:9999 cannot be reached: connect ECONNREFUSED'),
  },
  {
    rule: 'shim-finds-no-gpu',
    symptom: 'gateway-503',
    cause: /sees no GPU/,
    world: notReady('No GPU: images are made on the CPU, slowly.'),
  },
  {
    rule: 'shim-finds-no-model',
    symptom: 'model-missing',
    cause: /No SD 1\.5/,
    world: notReady('No SD 1.5 or SDXL model is installed, or its files are missing.'),
  },
  { rule: 'shim-sees-paused-queue', symptom: 'gateway-503', cause: /paused/, world: notReady('The InvokeAI queue is paused.') },
  { rule: 'shim-in-stub-mode', symptom: 'black-or-noisy-images', cause: /stub mode/, world: shimSays(200, { status: 'ok', mode: 'stub' }) },
  {
    rule: 'shim-template-missing',
    symptom: 'gateway-502',
    cause: /no graph template/,
    world: evidence({ logs: { shim: log('RuntimeError: graph template not found: /x/graph_template.json') } }),
  },
  {
    rule: 'shim-timed-out',
    symptom: 'gateway-502',
    cause: /longer than the images shim waits/,
    world: evidence({ logs: { shim: log('Timed out waiting for InvokeAI completion (last_status=in_progress)') } }),
  },
  {
    rule: 'nginx-configuration-broken',
    symptom: 'gateway-502',
    cause: /configuration has an error/,
    world: evidence({
      units: { nginx: unit('nginx', { activeState: 'failed' }) },
      logs: { nginx: log('nginx: [emerg] unknown directive "proxy_pas" in /etc/nginx/sites-enabled/invokeai:4') },
    }),
  },
  {
    rule: 'nginx-not-installed',
    symptom: 'gateway-502',
    cause: /no nginx\.service/,
    world: evidence({
      units: { nginx: unit('nginx', { loadState: 'not-found', activeState: 'inactive' }) },
      probes: { nginx: failed('nginx-unreachable') },
    }),
  },
  {
    rule: 'nginx-stopped',
    symptom: 'gateway-503',
    cause: /nginx is stopped/,
    world: evidence({ units: { nginx: unit('nginx', { activeState: 'inactive', subState: 'dead' }) } }),
  },
  {
    rule: 'nginx-failed',
    symptom: 'gateway-503',
    cause: /nginx ended/,
    world: evidence({ units: { nginx: unit('nginx', { activeState: 'failed', result: 'exit-code', exitStatus: 1 }) } }),
  },
  {
    rule: 'nginx-silent',
    symptom: 'gateway-502',
    cause: /nginx is running but not responding on 7860/,
    world: evidence({ probes: { nginx: failed('nginx-unreachable') } }),
  },
  {
    rule: 'foreign-program-on-7860',
    symptom: 'gateway-503',
    cause: /another program than nginx: python3/,
    world: evidence({
      listeners: known([listener(7860, '0.0.0.0', 'python3')]),
      probes: { nginx: reply(404, { detail: 'Not Found' }) },
    }),
  },
  {
    rule: 'nginx-asks-wrong-port',
    symptom: 'gateway-502',
    cause: /site of nginx names another address/,
    world: evidence({ probes: { nginxReady: reply(502, '<html>502 Bad Gateway nginx</html>', true) } }),
  },
  {
    rule: 'nginx-listens-on-loopback',
    symptom: 'gateway-502',
    cause: /itself only/,
    world: evidence({ listeners: known([listener(7860, '127.0.0.1', 'nginx')]) }),
  },
  { rule: 'firewall-drops-7860', symptom: 'gateway-502', cause: /firewall drops/, world: evidence({ nginxPort: known('silent') }) },
  ...(['gateway-unreachable', 'gateway-token-refused', 'gateway-address-not-allowed'] as const).map(
    (code): Fires => ({
      rule: code,
      symptom: 'gateway-503',
      cause: /gateway (does not respond|refuses)/,
      world: evidence({
        gateway: gateway({
          state: {
            phase: {
              kind: 'failing',
              error: { code, layer: 'gateway', message: 'm', hint: 'h', retryable: true },
              since: NOW_MS,
              retryAt: null,
            },
          },
        }),
      }),
    }),
  ),
  {
    rule: 'gateway-restarted',
    symptom: 'gateway-forgets-backend',
    cause: /restarted a moment ago/,
    world: evidence({ gateway: gateway({ state: { reading: readingOf({ health: [] }) } }) }),
  },
  {
    rule: 'gateway-backend-not-listed',
    symptom: 'gateway-forgets-backend',
    cause: /does not know the backend gpu_heavy/,
    world: evidence({ gateway: gateway({ health: { name: 'ollama' } }) }),
  },
  {
    rule: 'gateway-base-url-missing',
    symptom: 'gateway-forgets-backend',
    cause: /no address for gpu_heavy/,
    world: evidence({ gateway: gateway({ health: { isReady: false, isHealthy: false, error: 'base_url not configured' } }) }),
  },
  {
    rule: 'gateway-deploy-overwrote-backends',
    symptom: 'gateway-forgets-backend',
    cause: /deploy of the gateway overwrote it/,
    world: evidence({ gatewayBackends: file('backends:\n  ollama:\n    class: ollama\n') }),
  },
  {
    rule: 'gateway-environment-missing',
    symptom: 'gateway-forgets-backend',
    cause: /no environment file/,
    world: evidence({ gatewayEnvironment: known(null) }),
  },
  {
    rule: 'gateway-sees-backend-not-ready',
    symptom: 'gateway-503',
    cause: /not ready since .*ready now: the gateway checks every 30 s/,
    world: evidence({ gateway: gateway({ health: { isReady: false, since: NOW_MS - 60_000 } }) }),
  },
  {
    rule: 'gateway-checks-stopped',
    symptom: 'gateway-503',
    cause: /health checker has stopped/,
    world: evidence({ gateway: gateway({ health: { checkedAt: NOW_MS - 300_000 } }) }),
  },
  {
    rule: 'slots-held-by-hung-requests',
    symptom: 'gateway-429',
    cause: /2 of 2 slots while InvokeAI has no job/,
    world: evidence({ gateway: gateway({ slots: { available: 0, inflight: 2 } }) }),
  },
  {
    rule: 'all-slots-busy',
    symptom: 'gateway-429',
    cause: /All 2 slots/,
    world: evidence({ gateway: gateway({ slots: { available: 0, inflight: 2 } }) }),
  },
  {
    rule: 'limit-of-one',
    symptom: 'gateway-429',
    cause: /one image at a time/,
    world: evidence({ gateway: gateway({ slots: { limit: 1, available: 1 } }) }),
  },
  {
    rule: 'clients-ignore-retry-after',
    symptom: 'gateway-429',
    cause: /without waiting/,
    world: evidence({
      gatewayRequests: known(
        Array.from({ length: 9 }, (_, i) => ({
          at: NOW_MS - 9_000 + i * 1000,
          path: '/v1/images/generations',
          status: 429,
          durationMs: 2,
          text: '{"status":429}',
        })),
      ),
    }),
  },
  { rule: 'upstream-timed-out', symptom: 'gateway-502', cause: /120 s/, world: asked('image backend error: ReadTimeout: ') },
  {
    rule: 'upstream-refused-connection',
    symptom: 'gateway-502',
    cause: /could not connect/,
    world: asked('image backend error: ConnectError: All connection attempts failed'),
  },
  {
    rule: 'upstream-rejected-values',
    symptom: 'gateway-502',
    cause: /rejected a value/,
    world: asked("image backend error: HTTPStatusError: Client error '422 Unprocessable Entity' for url"),
  },
  {
    rule: 'upstream-out-of-memory',
    symptom: 'gateway-502',
    cause: /ran out of VRAM/,
    world: asked("Server error '502 gpu_out_of_memory: InvokeAI failed'"),
  },
  {
    rule: 'upstream-no-image',
    symptom: 'gateway-502',
    cause: /without an image/,
    world: asked("Server error '502 no_picture: InvokeAI finished the job without an image.'"),
  },
  { rule: 'upstream-canceled', symptom: 'gateway-502', cause: /cancelled/, world: asked('The job was cancelled in InvokeAI.') },
  {
    rule: 'base64-was-requested',
    symptom: 'base64-instead-of-url',
    cause: /asks for base64/,
    world: asked('{"response_format":"b64_json"}'),
  },
  {
    rule: 'image-folder-not-writable',
    symptom: 'base64-instead-of-url',
    cause: /may not write its folder/,
    world: evidence({ gatewayImageFolder: file('', { kind: 'folder', mode: '555', owner: 'root', text: null }) }),
  },
  {
    rule: 'payload-policy-says-base64',
    symptom: 'base64-instead-of-url',
    cause: /payload policy/,
    world: evidence({ gatewayBackends: file('backends:\n  gpu_heavy:\n    payload_policy:\n      images_format: b64_json\n') }),
  },
  {
    rule: 'asked-past-the-gateway',
    symptom: 'base64-instead-of-url',
    cause: /No gateway is set up/,
    world: evidence({ gateway: gateway({ state: { profile: null, phase: { kind: 'not-set-up' }, reading: null } }) }),
  },
];

describe('every rule', () => {
  it.each(FIRES.map((one) => [one.rule, one] as const))('%s fires where it should', (_id, { rule, symptom, world, cause }) => {
    const { causes, unknown } = diagnose(symptom, world, RULES);
    const found = causes.find((one) => one.rule === rule);
    expect(
      found,
      JSON.stringify({ causes: causes.map((one) => one.rule), unknown: unknown.filter((one) => one.rule === rule) }),
    ).toBeDefined();
    expect(found?.cause).toMatch(cause);
    expect(found?.proof.length).toBeGreaterThan(0);
    expect(found?.cause).toMatch(/[.…]$/);
  });

  it('has a state here in which it fires', () => {
    const covered = new Set(FIRES.map(({ rule }) => rule));
    expect(RULES.map(({ id }) => id).filter((id) => !covered.has(id))).toEqual([]);
    expect([...covered].filter((id) => !RULES.some((rule) => rule.id === id))).toEqual([]);
  });

  it.each(SYMPTOM_IDS)('is silent on a healthy host: %s', (symptom) => {
    const { causes, unknown, ruledOut } = diagnose(symptom, evidence(), RULES);
    expect(causes).toEqual([]);
    expect(unknown.filter(({ rule }) => rule !== 'two-jobs-at-once')).toEqual([]);
    expect(ruledOut.length).toBeGreaterThan(2);
    for (const { fact } of ruledOut) expect(fact).not.toMatch(/undefined|NaN|null/);
  });

  it.each(SYMPTOM_IDS)('says what it could not look at, and guesses nothing: %s', (symptom) => {
    const { causes, unknown } = diagnose(symptom, nothingKnown(), RULES);
    expect(causes.filter(({ isCertain }) => isCertain)).toEqual([]);
    expect(unknown.length).toBeGreaterThan(2);
    expect(new Set(unknown.map(({ fact }) => fact))).toContain('a test took it away');
  });

  it('has one id, a title, and names recipes that exist', () => {
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
    const recipes = new Set(RECIPES.map(({ id }) => id));
    const fixes = FIRES.flatMap(({ symptom, world }) => diagnose(symptom, world, RULES).causes.map(({ fix }) => fix.action));
    for (const action of fixes) if (action?.kind === 'recipe') expect(recipes).toContain(action.recipe);
    for (const symptom of SYMPTOM_IDS) expect(RULES.filter(({ symptoms }) => symptoms.includes(symptom)).length).toBeGreaterThan(3);
  });
});

describe('lines of a start that failed', () => {
  const at = (index: number) => NOW_MS - 60_000 + index * 1000;
  const logged = [
    ['systemd', 'Starting invokeai.service - InvokeAI...'],
    ['invokeai-web', "ModuleNotFoundError: No module named 'diffusers'"],
    ['systemd', 'Starting invokeai.service - InvokeAI...'],
    ['invokeai-web', "KeyError: 'schema_version'"],
  ].map(([program = '', text = ''], index) => ({ at: at(index), program, text }));
  const found = (subState: string) => {
    const ended = { activeState: subState === 'failed' ? 'failed' : 'activating', subState, result: 'exit-code', exitStatus: 1 };
    const world = evidence({
      logs: { invokeai: known(logged) },
      probes: { invokeai: failed('invokeai-unreachable') },
      units: { invokeai: unit('invokeai', ended) },
    });
    return diagnose('invokeai-will-not-start', world, RULES).causes.map(({ rule }) => rule);
  };
  it('are those of the newest one', () => {
    expect(found('failed')).toEqual(['invokeai-settings-broken', 'invokeai-failed']);
    expect(found('auto-restart')).toEqual(['invokeai-settings-broken', 'invokeai-failed']);
  });
  it('are those of the one before too while the next has just begun', () => {
    expect(found('start')).toEqual(['invokeai-settings-broken', 'invokeai-import-fails']);
  });
});

it('takes another program on 9090 for InvokeAI no more than a service that is down', () => {
  const world = evidence({
    logs: { invokeai: log("[Errno 98] error while attempting to bind on address ('127.0.0.1', 9090): address already in use") },
    listeners: known([listener(9090, '0.0.0.0', 'prometheus')]),
    probes: { invokeai: reply(404, '404 page not found') },
    units: { invokeai: unit('invokeai', { activeState: 'failed', subState: 'failed', result: 'exit-code', exitStatus: 1 }) },
  });
  expect(diagnose('invokeai-will-not-start', world, RULES).causes.map(({ rule }) => rule)).toEqual([
    'invokeai-port-taken',
    'foreign-program-on-9090',
    'invokeai-failed',
  ]);
});

it('names a program on 9090 by its unit, and takes a socket of InvokeAI’s own unit for no other program', () => {
  const on9090 = (unitName: string) =>
    diagnose(
      'invokeai-will-not-start',
      evidence({
        listeners: known([listener(9090, '0.0.0.0', 'docker-proxy', unitName)]),
        probes: { invokeai: failed('invokeai-unreachable') },
      }),
      RULES,
    ).causes.find(({ rule }) => rule === 'foreign-program-on-9090')?.cause;
  expect(on9090('cockpit.service')).toBe('Port 9090 belongs to another program than InvokeAI: cockpit.service.');
  expect(on9090('invokeai.service')).toBeUndefined();
});

it('takes a model that is in VRAM already for none that is loaded again', () => {
  const warm = Array<string>(5).fill("[MODEL CACHE] Loaded model 'k:unet' (UNet2DConditionModel) onto cuda device in 0.16s.");
  expect(diagnose('slow', invokeai(...warm, 'Graph stats: 1'), RULES).causes).toEqual([]);
});

it('blames no preset of a shim in stub mode, which lists no models', () => {
  const world = evidence({
    probes: { shim: reply(200, { status: 'ok', mode: 'stub' }), shimModels: models(preset('gpu_fast', { available: false })) },
  });
  expect(diagnose('gateway-502', world, RULES).causes.map(({ rule }) => rule)).toEqual(['shim-in-stub-mode']);
});

it('puts the power limit of a card under load behind what slows it down', () => {
  const world = evidence({ gpu: gpu({ 'clocks_throttle_reasons.active': '0x0000000000000004', persistence_mode: 'Disabled' }) });
  expect(diagnose('slow', world, RULES).causes.map(({ rule }) => rule)).toEqual(['persistence-off', 'at-power-limit']);
});

const UNREAD: readonly (readonly [rule: string, symptom: SymptomId, world: Evidence])[] = [
  ['gpu-memory-errors', 'gpu-lost', evidence({ gpu: gpu({ 'ecc.errors.uncorrected.volatile.total': '[N/A]' }) })],
  ['throttled-by-heat', 'slow', evidence({ gpu: gpu({ 'clocks_throttle_reasons.active': '[N/A]' }) })],
  ['pcie-link-narrow', 'slow', evidence({ gpu: gpu({ 'pcie.link.width.max': '[N/A]' }) })],
  ['persistence-off', 'slow', evidence({ gpu: gpu({ persistence_mode: '[N/A]' }) })],
  ['foreign-program-holds-vram', 'slow', evidence({ gpu: gpu({ 'memory.total': '[N/A]' }) })],
  ['vram-was-full', 'slow', evidence({ vram: known({ gpuUuid: 'GPU-1', fromMs: 0, toMs: 1, usedMiB: [9_000] }) })],
  ['throttled-in-the-stretch', 'slow', evidence({ vram: known({ gpuUuid: GPU_UUID, fromMs: 0, toMs: 1, usedMiB: [null] }) })],
  ['host-rebooted', 'slow', evidence({ boot: known({ uptimeS: null, isRebootRequired: false, packages: '' }) })],
  [
    'invokeai-starting',
    'gateway-503',
    evidence({ units: { invokeai: unit('invokeai', { changedAt: null }) }, probes: { invokeai: failed('invokeai-unreachable') } }),
  ],
  ['invokeai-wants-login', 'gateway-502', evidence({ probes: { queue: failed('invokeai-unreachable') } })],
  ['invokeai-on-cpu', 'slow', evidence({ logs: { invokeai: log('Graph stats: 1') }, gpuPrograms: known([]) })],
  ['queue-paused', 'slow', evidence({ probes: { queue: reply(200, { queue: { pending: 1, in_progress: 0 } }) } })],
  ['preset-model-unknown', 'model-missing', evidence({ probes: { shimModels: models(preset('p', { available: null })) } })],
  ['shim-in-stub-mode', 'gateway-502', shimSays(200, { status: 'ok' })],
  ['two-jobs-at-once', 'out-of-memory', evidence({ gateway: gateway({ slots: { limit: null } }) })],
  ['gateway-base-url-missing', 'gateway-503', evidence({ gateway: gateway({ health: { name: 'ollama' } }) })],
  ['gateway-sees-backend-not-ready', 'gateway-503', evidence({ gateway: gateway({ health: { isReady: null } }) })],
  ['gateway-backend-not-listed', 'gateway-503', evidence({ gateway: gateway({ state: { reading: readingOf({ health: null }) } }) })],
  ['payload-policy-says-base64', 'base64-instead-of-url', evidence({ gatewayBackends: known(null) })],
];

it.each(UNREAD)('does not rule out what was not read: %s', (rule, symptom, world) => {
  const { unknown, ruledOut } = diagnose(symptom, world, RULES);
  expect(unknown.map((one) => one.rule)).toContain(rule);
  expect(ruledOut.map((one) => one.rule)).not.toContain(rule);
});

it('rules out the CPU by InvokeAI’s place on the GPU, long after its start', () => {
  const world = evidence({ logs: { invokeai: log('Graph stats: 1') } });
  expect(diagnose('slow', world, RULES).ruledOut.find(({ rule }) => rule === 'invokeai-on-cpu')?.fact).toBe(
    'nvidia-smi lists invokeai.service on the GPU',
  );
});

it('looks at every Xid that NVIDIA’s catalogue names, and at no mere note', () => {
  const found = (xid: number) =>
    diagnose('gpu-lost', kernel(`NVRM: Xid (PCI:0000:21:00): ${xid}, pid=7, name=x`), RULES).causes.map(({ rule }) => rule);
  expect([48, 167, 31, 63, 43].map(found)).toEqual([
    ['xid-needs-reset'],
    ['xid-needs-reset'],
    ['xid-of-a-program'],
    ['xid-of-a-program'],
    [],
  ]);
});

it('says how far back the log was read where there are too many lines', () => {
  const factOf = (count: number) =>
    diagnose('slow', invokeai(...Array<string>(count).fill('x')), RULES).ruledOut.find(
      ({ rule }) => rule === 'model-loaded-again-and-again',
    )?.fact;
  expect(factOf(3)).toMatch(new RegExp(` since ${formatClock(NOW_MS - 30 * 60_000)}$`));
  expect(factOf(800)).toMatch(new RegExp(` since ${formatClock(NOW_MS - 60_000 - 799_000)}$`));
});

it('names a lost GPU without the kernel log, which the login may not read', () => {
  const world = evidence({
    kernel: { isKnown: false, reason: 'the login may not read the logs' },
    gpu: noGpu(15, 'Unable to determine the device handle for GPU 0000:21:00.0: GPU is lost.  Reboot the system to recover this GPU'),
  });
  expect(diagnose('gpu-lost', world, RULES).causes.map(({ rule }) => rule)).toEqual(['gpu-fell-off-the-bus']);
});

it('compares what programs hold with the VRAM of their own GPU', () => {
  const other = { ...program('ollama', 9_000, 'ollama.service'), gpuUuid: 'GPU-1' };
  const world = evidence({ gpuPrograms: known([program('ollama', 1_000, 'ollama.service'), other]) });
  expect(diagnose('out-of-memory', world, RULES).causes).toEqual([]);
});

const likelyIn = (world: Evidence, symptom: SymptomId, rule: string) =>
  diagnose(symptom, world, RULES).causes.find((one) => one.rule === rule)?.isCertain === false;

describe('what leaves other explanations', () => {
  it('is likely at most: the loss of another program, while InvokeAI is stopped', () => {
    const killed = (line: string) =>
      evidence({ kernel: log(line), units: { invokeai: unit('invokeai', { activeState: 'inactive', subState: 'dead' }) } });
    expect(likelyIn(killed('Out of memory: Killed process 7 (chromium)'), 'gateway-503', 'kernel-out-of-memory')).toBe(true);
    const own = killed('oom-kill:constraint=CONSTRAINT_NONE,task_memcg=/system.slice/invokeai.service,task=python,pid=7,uid=997');
    expect(likelyIn(own, 'gateway-503', 'kernel-out-of-memory')).toBe(false);
  });

  it('is likely at most: a file that is missing, and may be no model', () => {
    const missing = (path: string) => invokeai(`FileNotFoundError: [Errno 2] No such file or directory: '${path}'`);
    expect(likelyIn(missing('/tmp/x.png'), 'model-missing', 'model-file-gone')).toBe(true);
    expect(likelyIn(missing('/srv/invokeai/models/x.safetensors'), 'model-missing', 'model-file-gone')).toBe(false);
  });

  it('is likely at most: a disk that fails, and a word that many things print', () => {
    expect(likelyIn(kernel('Buffer I/O error on dev sdb1, logical block 0'), 'slow', 'disk-fails')).toBe(true);
    expect(likelyIn(invokeai('loss: NaN'), 'black-or-noisy-images', 'vae-makes-nan')).toBe(true);
  });

  it('is no cause: a configuration of nginx that was broken before somebody stopped it', () => {
    const world = evidence({
      units: { nginx: unit('nginx', { activeState: 'inactive', subState: 'dead' }) },
      logs: { nginx: log('nginx: [emerg] unknown directive "proxy_pas"') },
    });
    expect(diagnose('gateway-503', world, RULES).causes.map(({ rule }) => rule)).toEqual(['nginx-stopped']);
  });

  it('is no cause: a worker of the queue that ended before a restart', () => {
    const logged = [
      { at: NOW_MS - 60_000, program: 'invokeai-web', text: 'Fatal Error in session processor' },
      { at: NOW_MS - 50_000, program: 'systemd', text: 'Started invokeai.service - InvokeAI.' },
    ];
    expect(diagnose('stuck-queue', evidence({ logs: { invokeai: known(logged) } }), RULES).causes).toEqual([]);
  });

  it('is no signal of the power supply: the hardware slowdown that heat brings along', () => {
    const slow = (bits: string) =>
      diagnose('slow', evidence({ gpu: gpu({ 'clocks_throttle_reasons.active': bits }) }), RULES).causes.map(({ rule }) => rule);
    expect(slow('0x0000000000000048')).toEqual(['throttled-by-heat']);
    expect(slow('0x0000000000000088')).toEqual(['throttled-by-power-brake']);
  });

  it('is no cause: a folder for images that the group of the gateway may write, or that is a link', () => {
    const folder = (kind: 'folder' | 'link', mode: string) =>
      diagnose(
        'base64-instead-of-url',
        evidence({ gatewayImageFolder: file('', { kind, mode, owner: 'root', group: 'gateway', text: null }) }),
        RULES,
      );
    expect(folder('folder', '770').causes).toEqual([]);
    expect(folder('link', '777').unknown.map(({ rule }) => rule)).toEqual(['image-folder-not-writable']);
  });
});

describe('the order of causes', () => {
  it('names the driver before InvokeAI, and InvokeAI before the gateway that rejects requests', () => {
    const world = evidence({
      gpu: noGpu(9, "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."),
      units: { invokeai: unit('invokeai', { activeState: 'failed', subState: 'failed', result: 'exit-code', exitStatus: 1 }) },
      probes: { invokeai: failed('invokeai-unreachable'), nginxReady: reply(503, {}) },
      gateway: gateway({ health: { isReady: false } }),
    });
    expect(diagnose('gateway-503', world, RULES).causes.map(({ rule }) => rule)).toEqual([
      'driver-not-running',
      'invokeai-failed',
      'gateway-sees-backend-not-ready',
    ]);
  });

  it('puts a cause that is certain before one that is likely', () => {
    const world = evidence({
      boot: known({ uptimeS: 60, isRebootRequired: false, packages: '' }),
      units: { shim: unit('shim', { activeState: 'inactive' }) },
    });
    expect(diagnose('gateway-503', world, RULES).causes.map(({ rule }) => rule)).toEqual(['shim-stopped', 'host-rebooted']);
  });
});

it('shows no secret of a log', () => {
  const world = evidence({ kernel: known(lines('I/O error while reading https://user:hunter2@host/x?token=abcdef123456')) });
  expect(JSON.stringify(diagnose('slow', world, RULES))).not.toMatch(/hunter2|abcdef123456/);
});
