/** Sentences of the checks of the gateway's machine. */
export const MACHINE_TEXT = {
  apply: 'Apply Gateway in Setup, on the gateway’s machine.',
  macos: 'The gateway’s machine runs macOS, where the gateway is a service of launchd, which these checks do not read',
  fileMissing: (path: string) => `${path} is missing`,
  fileUnread: (path: string) => `${path} cannot be read by this login`,
  allowRead: (path: string) => `Give the login the right to read ${path}, for example by the group of the gateway.`,
  installed: 'Install the gateway, or check whether it is elsewhere.',

  envFine: 'The image settings of the environment are set',
  envMissing: (names: string) => `The environment does not set ${names}`,
  envMock: 'IMAGES_BACKEND is mock: every image is a placeholder',
  envBackend: (value: string) => `IMAGES_BACKEND is ${value} instead of http_openai_images`,
  envClass: (value: string, wanted: string) => `IMAGES_BACKEND_CLASS is ${value}, and the panel expects ${wanted}`,
  setClass: 'Set the class of images on the Gateway page, or in the environment of the gateway.',

  folderWritable: (user: string) => `${user} can write to the image folder`,
  folderMissing: 'The image folder is missing, so that images come inside of replies instead of at an address',
  folderReadOnly: (user: string) =>
    `${user} cannot write to the image folder, so that images come inside of replies instead of at an address`,
  folderUnknown: 'The rights of the image folder are unknown',
  folder: (path: string, mode: string, owner: string, group: string) => `${path}: mode ${mode}, ${owner}:${group}`,

  limitFine: (limit: number) => `${limit} at a time, in the file and in use`,
  limitDiffers: (file: number, used: number) => `backends_config.yaml has ${file} images at a time, and ${used} are in use`,
  restart: 'Restart the gateway, which reads its limits at its start.',
  noClass: (name: string) => `backends_config.yaml has no class ${name}`,
  noLimit: (name: string) => `backends_config.yaml has no limit for images of ${name}, so that 1 applies`,
  statusLimit: 'The gateway does not report the limit in use',

  logOn: 'The log of requests is on',
  logOff: 'The log of requests is off',
  logMissing: 'The log of requests is on, but there is no file',
  turnLogOn: 'Set REQUEST_LOG_ENABLED=true in the environment of the gateway, then restart it.',
  logFile: (path: string, size: string) => `${path}: ${size}`,
  logPath: 'Check REQUEST_LOG_PATH, and that the gateway can write to its folder.',

  disk: (free: string, size: string, mount: string) => `${free} free of ${size} on ${mount}`,
  diskUnknown: 'The free space is unknown',
  freeDisk: 'Delete old images and logs on the gateway’s machine.',

  running: 'gateway.service is running and enabled',
  notRunning: (state: string) => `gateway.service is ${state}`,
  notEnabled: 'gateway.service does not start at boot',
  noUnit: 'There is no unit gateway.service',
  start: 'Start gateway.service, then see its log.',
  enable: 'Enable gateway.service: systemctl enable gateway.',
  nameUnit: 'Check under which name the gateway runs.',
} as const;
