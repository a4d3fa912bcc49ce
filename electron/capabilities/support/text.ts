import { formatBytes } from '../../../shared/format.ts';

/** What each kind of file of a bundle is. */
export const ABOUT = {
  report: 'Host, versions, state, checks, problems and incidents',
  missing: 'What could not be read, with the reason',
  units: 'State of the services, as systemctl show prints it',
  host: 'System, memory, disk, ports and programs on the GPU',
  kernel: 'Kernel log since boot: graphics, memory and disks',
  samples: 'GPU readings of the last 3 hours',
  settings: 'Settings of Ada Panel',
  panelLog: 'End of the log of Ada Panel',
  requests: 'End of the request log of the gateway',
} as const;

export const describeConfiguration = (path: string): string => `${path} without secrets`;
export const describeLog = (unit: string): string => `Log of ${unit}, last hour`;

export const REASONS = {
  denied: 'your login may not read it',
  absent: 'there is no such file',
  unanswered: 'the host did not answer',
  tooLarge: (bytes: number): string => `it is larger than is read (${formatBytes(bytes)})`,
  notText: 'it is no text file',
  offline: 'the host is not connected',
  otherMachine: 'the gateway runs on another machine: create a bundle of that host as well',
} as const;

export const describeMissing = (what: string, reason: string): string => `${what}: ${reason}`;
