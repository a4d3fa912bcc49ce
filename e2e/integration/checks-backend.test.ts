import { BACKEND_CHECKS } from '../../electron/capabilities/checks/lists/backend.ts';
import { BACKEND_CHECK_FAULTS } from './checks-faults.ts';
import { describeInLab } from './checks-lab.ts';

/** Those that a host has a use for only in a state of their own. */
const SKIPPED = [
  'comfyui-api',
  'comfyui-device',
  'comfyui-queue',
  'comfyui-models',
  'shim-template',
  'shim-last-image',
  'shim-failed-graphs',
];

describeInLab('checks of InvokeAI, ComfyUI and the images shim in the lab', {
  checks: BACKEND_CHECKS,
  rows: BACKEND_CHECK_FAULTS,
  isSkipped: (id) => SKIPPED.includes(id),
  // The images shim passes on what its backend lacks.
  seenToo: {
    'invokeai-multiuser': ['shim-ready', 'shim-models'],
    'invokeai-without-models': ['shim-ready', 'shim-models', 'shim-presets', 'shim-default-model'],
    'missing-model': ['shim-ready', 'shim-models', 'shim-presets', 'shim-default-model'],
    'invokeai-cpu-only': ['shim-ready'],
    'queue-paused': ['shim-ready'],
    'invokeai-malformed-json': ['shim-ready', 'shim-models'],
    'shim-stub-mode': ['shim-ready', 'shim-models', 'shim-presets', 'shim-default-model'],
    'shim-python-guidance': ['shim-build'],
    'shim-python-template': ['shim-build'],
    'shim-failed-graphs': ['shim-build'],
  },
  lasting: { 'invokeai-jobs-failed': ['invokeai-failed-jobs'] },
});
