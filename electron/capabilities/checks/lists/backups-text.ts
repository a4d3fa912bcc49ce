/** Sentences of the checks of backups. */
export const BACKUPS_TEXT = {
  all: (count: number) =>
    count === 1
      ? 'The file has a backup, or is written again by Setup'
      : `Each of the ${count} files has a backup, or is written again by Setup`,
  some: (missing: number, count: number) => `${missing} of ${count} files ${missing === 1 ? 'has' : 'have'} no backup`,
  backup: (path: string, name: string) => `${path}: backup ${name}`,
  bySetup: (path: string) => `${path}: installed by Setup, which writes it again`,
  without: (path: string) => `${path}: no backup`,
  copyEach: 'Copy each to another name with the date of today, or apply its recipe in Setup, which keeps the last five versions.',
  nothing: 'No configuration of a service was found',
  unread: (path: string) => `The folder of ${path} cannot be read`,
  noTrap: 'invokeai.yaml.bak holds no setting that invokeai.yaml lacks',
  noBak: 'InvokeAI has not rewritten invokeai.yaml',
  notInstalled: 'InvokeAI is not installed on this host',
  gatewayNone: 'No gateway is set up for this host',
  notReported: (path: string) => `The host did not report ${path}`,
} as const;
