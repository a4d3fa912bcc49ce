/** First line of a file that Setup installs, where its format has comments that start with `#`. */
export const INSTALLED_COMMENT = '# Installed by Ada Panel. Changes made here are shown before the next setup run replaces them.';

export const INVOKEAI_TEXT = {
  empty: 'The file holds no setting; InvokeAI does not start with it.',
  noMap: 'The file is no list of settings; InvokeAI does not start with it.',
  broken: (reason: string) => `The file is no valid YAML: ${reason}`,
  nested: 'The file has the layout of InvokeAI 3. InvokeAI rewrites it without its comments at the next start.',
  emptyCategory: (name: string) => `${name} holds no settings; InvokeAI does not start with it.`,
  noSchema: 'schema_version is missing; InvokeAI does not start without it.',
  badSchema: (version: string, newest: string) => `schema_version is ${version}; this InvokeAI reads up to ${newest} and does not start.`,
  oldSchema: (version: string) => `schema_version is ${version}; InvokeAI rewrites the file without its comments at the next start.`,
  unknownKey: (key: string, since: string | null) =>
    since === null
      ? `${key} is no setting of InvokeAI; it does not start with it.`
      : `${key} needs InvokeAI ${since}; an older one does not start with it.`,
  badValue: (key: string, problem: string) => `${key} ${problem}; InvokeAI does not start with this value.`,
  noEffect: (key: string) => `${key} has had no effect since InvokeAI 5.6.`,
  twice: (key: string) => `${key} is set twice; the last one counts.`,
  notKnown: (key: string, since: string | null) => `Not a setting of this InvokeAI${since === null ? '' : `; ${key} needs ${since}`}.`,
  refusedValue: (problem: string) => `The value ${problem}.`,
  unreadable: 'The value is no plain value.',
  gone: 'InvokeAI has no such setting any more.',
  inDatabase: 'Models are registered in the database; add their folder on the Models page.',
  ramSet: 'Another setting of the RAM cache is used.',
  vram: 'InvokeAI measures free VRAM itself. Set max_cache_vram_gb to leave room for other programs.',
  defaultValue: 'This is the default.',
  noCache: 'Converted models are not cached any more.',
  xformers: 'attention_type is left at auto, which uses xformers where it is installed.',
} as const;

export const UNIT_TEXT = {
  badSection: 'The section header is not closed; the lines below it are ignored.',
  noAssignment: 'The line has no "="; it is ignored.',
  outsideSection: 'The line is in no section; it is ignored.',
} as const;

export const ENV_TEXT = {
  commentGoesOn: 'The comment ends in a backslash; systemd before 254 takes the next line for a part of it.',
  noAssignment: 'The line has no "="; it is ignored.',
  badName: 'The name is no name of a variable; the line is ignored.',
} as const;

export const SHIM_TEXT = {
  stub: 'Stub mode returns one pixel for every prompt.',
  mode: 'The shim has no such mode.',
  port: 'It had no effect: the earlier shim had its port in its command.',
  http: 'It must be an http:// address.',
  trueOrFalse: 'It must be true or false.',
  range: (least: number, most: number) => `It must be a number from ${least} to ${most}.`,
  oneLine: 'The value is no single line of printable text.',
  hosts: 'They must be names like images.example.org.',
  imagePath: 'It names no image file.',
  graph: 'The shim builds its graphs from the installed models.',
  debug: 'Graphs are in the queue of InvokeAI; the shim writes none.',
  notRead: 'The shim does not read it.',
  badPresets: 'It is no JSON object on one line.',
  noModel: 'It names no model.',
  steps: 'It must be a whole number from 1 to 200.',
  guidance: 'It must be a number from 0 to 100.',
  scheduler: 'It is no scheduler of InvokeAI.',
} as const;

export const BACKENDS_TEXT = {
  noBackends: 'It has no list of backends.',
  notEditable: 'A value in it cannot be changed in its place.',
  limit: 'must be a whole number from 1 to 1000',
  address: 'must be http:// or https:// and hold no user name',
} as const;

export const TORCH_TEXT = {
  cpu: 'No NVIDIA GPU was found; images are generated on the CPU.',
  noGpu: 'No NVIDIA GPU was found.',
  noGpuForDriver: (driver: string) => `Driver ${driver} finds no NVIDIA GPU.`,
  findGpu: 'Check the card and its driver with nvidia-smi, or allow generation on the CPU.',
  noDriver: 'The NVIDIA driver is not running.',
  installDriver: 'Install driver 570 or newer from the distribution, then restart the host.',
  tooOld: (name: string) => `${name} is too old for torch 2.7.`,
  otherGpu: 'Use a GPU of the Maxwell generation or newer.',
  mixed: (old: string, recent: string) => `No torch build supports both ${old} and ${recent}.`,
  hideGpu: 'Remove one of the two, or hide it with CUDA_VISIBLE_DEVICES.',
  blackwell: (name: string, driver: string) => `${name} needs CUDA 12.8, which driver ${driver} does not support.`,
  oldDriver: (driver: string, least: string) => `Driver ${driver} is too old for CUDA 12; ${least} is the oldest that supports it.`,
  updateDriver: (least: string) => `Update the driver to ${least} or newer, then restart the host.`,
  olderGpu: (name: string) => `${name} is not supported by the CUDA 12.8 build.`,
  driverOf: (driver: string, cuda: string) => `Driver ${driver} supports CUDA ${cuda}.`,
  compatible: (driver: string) => `Driver ${driver} runs CUDA 12.6 in compatibility; 570.26 or newer is recommended.`,
} as const;
