/** Strings of the list of next steps. */
export const NEXT = {
  title: 'Next steps',
  done: 'Done',
  open: 'To do',
  unknown: 'Unknown',
  problem: 'Failing',
  inProgress: 'In progress',
  elsewhere: 'Not on this host',
  invokeai: 'Set up InvokeAI',
  health: 'Test the health endpoints',
  gateway: 'Configure the gateway',
  tests: 'Run integration tests',
  nexa: 'Retire Nexa image generation',
  monitor: 'Monitor for 24–48 hours',
  document: 'Document the production configuration',
  noRecipe: 'This host has no recipe for it.',
  notRead: 'The recipe has not been read yet.',
  needsSudo: 'Can only be checked with sudo.',
  isSetUp: 'The recipe is up to date.',
  notInstalled: 'Not installed.',
  gatewayElsewhere: 'The environment of the gateway is not read from this host.',
  nexaElsewhere: 'Whether Nexa still runs is not read from this host.',
  noTestRun: 'No test run is recorded. Generate an image via the gateway to test the whole chain.',
  healthNotRead: 'The endpoints have not been queried yet.',
  noReadings: 'No GPU readings are stored.',
  historyUnknown: 'The history of GPU readings is not available.',
  noReport: 'Save the report of a run to keep versions, paths and times.',
  openPlayground: 'Open Playground',
  openGpu: 'Open GPU',
  openOverview: 'Open Overview',
} as const;

export const describeHours = (hours: number): string =>
  hours >= 48
    ? 'GPU readings of 48 hours are stored.'
    : hours >= 24
      ? `GPU readings of ${hours} of 48 hours are stored.`
      : `GPU readings of ${hours} of at least 24 hours are stored.`;
export const describeReportSaved = (at: string): string => `Report saved ${at}.`;
export const describeLinks = (links: readonly { readonly label: string; readonly state: string }[]): string =>
  `${links.map(({ label, state }) => `${label}: ${state.toLowerCase()}`).join(' · ')}.`;
export const describeNextProgress = (done: number, all: number): string => `${done} of ${all} done`;
