/** Titles of the checks of the GPU, and what they look at. */
export const GPU_INFO = {
  driver: { title: 'GPU driver responds', about: 'nvidia-smi lists every GPU of the host without an error.' },
  library: {
    title: 'Driver and library match',
    about: 'The kernel module that is loaded and the library that programs use are of the same version.',
  },
  ecc: { title: 'ECC errors', about: 'No uncorrected memory error, and few corrected ones, since the driver was loaded.' },
  rows: {
    title: 'Memory repairs',
    about: 'No row or page of the memory waits for a reset to be replaced, and none could not be replaced.',
  },
  xid: {
    title: 'GPU errors since boot',
    about: 'The kernel log has no Xid, which is how the driver reports errors of a card, since the host started.',
  },
  throttling: { title: 'Throttling', about: 'Neither heat nor the power supply lowers the clocks.' },
  temperature: { title: 'Temperature', about: 'At most 85 °C; cards slow down at about 90 °C.' },
  persistence: { title: 'Persistence mode', about: 'The driver stays loaded between programs, so that each start of one is fast.' },
  link: { title: 'PCIe link width', about: 'The card uses all lanes that it and its slot have.' },
  headroom: {
    title: 'VRAM for images',
    about: 'What other programs leave of the VRAM is enough for as many SDXL images as the gateway lets through at once.',
  },
  others: { title: 'Other programs in VRAM', about: 'Only services of the host hold VRAM.' },
} as const;

/** What they find, and its remedies. */
export const GPU_TEXT = {
  noCard: 'The host has no NVIDIA card',
  noReading: 'The host did not report its GPU',
  driverFails: (message: string): string => `Not known, since nvidia-smi failed: ${message}`,
  notReported: (what: string): string => `The driver does not report ${what} for this card`,
  refresh: 'Run the check again; if it stays unknown, look at the GPU page.',

  responds: (gpus: string, driver: string): string => `${gpus}, driver ${driver}`,
  warned: (gpus: string): string => `${gpus}, with a warning of nvidia-smi`,
  warnedRemedy: 'Reboot the host; if the warning stays, have the card checked, since serial number and error counters may be lost.',
  stoppedAtLibrary: 'Not known: nvidia-smi ends at the mismatch of driver and library before it asks a card',

  matches: (version: string): string => `Both are ${version}`,
  mismatch: (module: string | null): string =>
    `The library was updated while ${module === null ? 'the old driver' : `driver ${module}`} is still loaded`,
  differs: (module: string, library: string): string => `Driver ${module} is loaded, and nvidia-smi uses ${library}`,
  reboot: 'Reboot the host; until then, no new program can use the GPU.',

  eccOff: 'ECC is off: memory errors are not counted',
  eccClean: (corrected: number): string => `No uncorrected error, ${corrected} corrected, since the driver was loaded`,
  eccBad: (uncorrected: number): string =>
    `${uncorrected} uncorrected memory ${uncorrected === 1 ? 'error' : 'errors'} since the driver was loaded`,
  eccMany: (corrected: number): string => `${corrected} corrected memory errors since the driver was loaded`,
  eccRemedy: 'Stop what uses the GPU and reset it, or reboot the host; if errors return, have the card replaced.',
  eccWatch: 'Images are not affected. Watch the figure; have the card checked if it keeps rising.',

  rowsClean: 'No repair is pending, and none failed',
  rowsPending: 'A faulty part of the memory is replaced at the next reset of the GPU',
  rowsFailed: 'A faulty part of the memory could not be replaced',
  rowsReset: 'Stop what uses the GPU and reset it ("nvidia-smi --gpu-reset"), or reboot the host.',
  rowsReplace: 'Have the card replaced; its memory has no spare rows left.',

  noKernelLog: 'The login may not read the kernel log',
  kernelGroup: 'Add the login to the group systemd-journal or adm on the host, then reconnect.',
  emptyKernelLog: 'The kernel log has no line of the driver since the host started, so that it may be incomplete',
  emptyKernelRemedy: 'Have journald keep its log across reboots; in a container, look at the machine it runs on.',
  noXid: (lines: number): string => `No Xid in ${lines} ${lines === 1 ? 'line' : 'lines'} of the driver since the host started`,
  onlyNotes: (what: string): string => `Only notes of the driver: ${what}`,
  xids: (worst: string, total: number): string => (total === 1 ? worst : `${worst}; ${total} errors in all`),

  throttled: (reasons: string): string => `The clocks are lowered now: ${reasons}`,
  notThrottled: 'Nothing lowers the clocks',
  harmless: (reasons: string): string => `Nothing harmful lowers the clocks (${reasons})`,

  cool: (degrees: number): string => `${degrees} °C`,
  warm: (degrees: number): string => `${degrees} °C, above 85 °C`,
  hot: (degrees: number): string => `${degrees} °C: the card slows down, and turns off if it gets hotter`,
  airFlow: 'Check fans, dust and air flow, and the temperature of the room.',

  persistent: 'Persistence mode is on',
  notPersistent: 'Persistence mode is off: the card is initialised anew for each program that starts',
  persistenceRemedy: 'Enable the service nvidia-persistenced, or run "sudo nvidia-smi -pm 1" after each reboot.',

  link: (width: number, most: number, generation: string): string => `${width} of ${most} lanes, generation ${generation} now`,
  narrow: (width: number, most: number): string =>
    `The card runs on ${width} of its ${most} lanes: models load ${most / width} times slower`,
  linkRemedy: 'Turn the host off, seat the card again, and use a slot with all its lanes; check the slot’s setting in the firmware.',

  calculation: (o: {
    readonly count: number;
    readonly each: string;
    readonly isMeasured: boolean;
    readonly needed: string;
    readonly free: string;
  }): string =>
    `${o.count} × ${o.each}${o.isMeasured ? ' (measured)' : ' (usual for SDXL)'} = ${o.needed} of ${o.free} that other programs leave`,
  oneFits: (calculation: string): string => `One image fits, not all that the gateway lets through: ${calculation}`,
  noneFits: (calculation: string): string => `Not even one image fits: ${calculation}`,
  limitOf: (key: string, limit: number): string => `Gateway: ${key}.images has a limit of ${limit}`,
  limitUnknown: 'Gateway: limit not reported, so 1 image at a time is assumed',
  freeVram: 'Stop the other programs that hold VRAM, or lower "Images at a time" of the gateway.',
  held: (name: string, amount: string): string => `${name}: ${amount}`,
  noOthers: (count: number, amount: string): string =>
    count === 0 ? 'No program holds VRAM' : `${count} ${count === 1 ? 'program' : 'programs'} of services, ${amount}`,
  others: (names: string, amount: string): string => `${amount} held outside the services: ${names}`,
  othersRemedy: 'End the program when it is not needed; until then, fewer or smaller models fit.',
  unidentified: 'a program that cannot be identified',
} as const;
