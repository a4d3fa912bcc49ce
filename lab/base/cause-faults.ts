/** More names of faults: causes that the diagnosis knows, and no check needs. */
export const CAUSE_FAULTS = [
  // nvidia-smi: the module of the driver is not loaded; its library is missing; the driver finds no GPU. Then: there is no card at all.
  'gpu-driver-not-loaded',
  'gpu-library-missing',
  'gpu-not-found',
  'gpu-never-there',
  // A double-bit error of its memory; the card is at its power limit.
  'gpu-xid-48',
  'gpu-at-power-limit',
  // A service is not installed; InvokeAI is masked; it listens on another port, since 9090 was in use.
  'invokeai-not-installed',
  'shim-not-installed',
  'nginx-not-installed',
  'invokeai-masked',
  'invokeai-port-moved',
  // Its queue: the worker ended, and jobs wait; many jobs wait.
  'queue-worker-dead',
  'queue-long',
  // A job ends without its image.
  'job-without-image',
  // A preset of the shim: guidance that InvokeAI refuses, that burns images; few steps, many. Its address of InvokeAI is wrong.
  'shim-preset-guidance-0',
  'shim-preset-guidance-30',
  'shim-preset-4-steps',
  'shim-preset-120-steps',
  'shim-wrong-address',
  // The site of nginx: another port of the shim; on the host itself only.
  'nginx-wrong-port',
  'nginx-on-loopback',
  // The gateway has checked no backend yet, or none for long; its list lacks the backend of images after a deploy; its address is not set.
  'gateway-not-checked-yet',
  'gateway-checks-stopped',
  'gateway-without-backend',
  'gateway-base-url-missing',
  // Files of the gateway: no environment, a payload policy of base64.
  'gateway-env-missing',
  'gateway-policy-base64',
  // It admits one image at a time; it waits two seconds for an image.
  'gateway-limit-one',
  'gateway-short-timeout',
] as const;
