import { formatDateTime } from '../../shared/format.ts';

/** The words of the frame around every page, in one place, so that they can be read as a whole. */
export const TEXT = {
  panel: 'Ada Panel',
  navigation: 'Main navigation',
  skipToContent: 'Skip to main content',

  notices: 'Notices',
  noEvents: 'No events yet',
  noticesHint: 'Connections, service state changes and errors appear here.',
  notSaved: 'Not saved',
  retry: 'Retry',
  details: 'Details',
  copyDetails: 'Copy details',
  copied: 'Copied',

  labNotStarted: 'Lab did not start',
  starting: 'Starting',
  startingLab: 'Starting the lab',
  startingLabHint: 'The simulated host appears here once it runs.',
  noHost: 'No host selected',
  selectHost: 'Select a host',

  shortcuts: 'Keyboard shortcuts',
  guide: 'Guide to this page',
  closeGuide: 'Close the guide',
  contextMenuKey: 'Actions for the selected row',
  rowsMove: 'Tables: previous or next row',
  rowOpen: 'Tables: open the selected row',
  searchCommands: 'Search commands',
  servicesStartStop: 'Services: start or stop the selected row',
  servicesRestart: 'Services: restart the selected row',
  servicesLogs: 'Services: logs of the selected row',
  chartCrosshair: 'Charts: move the crosshair',
  chartMoment: 'Charts: logs of the moment',
  chartZoom: 'Charts: zoom in',
  modelsUse: 'Models: use in the Playground',
  logsSearch: 'Logs: search',
  logsPause: 'Logs: pause or resume',
  logsLive: 'Logs: jump to live',
  playgroundGenerate: 'Playground: generate',
  playgroundHistory: 'Playground: sent prompts (empty prompt)',
  playgroundMoveRun: 'Playground: move a waiting run',
  playgroundRemoveRun: 'Playground: remove or cancel a run',
  playgroundZoom: 'Comparison: zoom',
  playgroundFit: 'Comparison: fit, 100 %',
  gallerySelect: 'Gallery: select image',
  gallerySelectAll: 'Gallery: select all',
  galleryFavourite: 'Gallery, viewer: favourite',
  galleryTrash: 'Gallery, viewer: move to trash',
  viewerBrowse: 'Viewer: previous or next image',
  viewerFit: 'Viewer: fit, actual size',
  viewerDetails: 'Viewer: details',
  checksMove: 'Checks: previous or next check',
  checksRun: 'Checks: run the selected check',

  copySelection: 'Copy selection',
  undo: 'Undo',
  dismiss: 'Dismiss',
  nothingToUndo: 'Nothing to undo',

  groupGoTo: 'Go to',
  groupWindow: 'Window',
  groupHelp: 'Help',
  showNotices: 'Show notices',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  zoomReset: 'Reset zoom',
  fullScreen: 'Full screen',
  quit: 'Quit Ada Panel',
  sshHelp: 'Help: SSH configuration',
  sudoHelp: 'Help: sudo rules',
  driverHelp: 'Help: NVIDIA driver',
} as const;

export const describeNoticeCount = (count: number, unreadCount: number): string =>
  unreadCount > 0 ? `${describeNotices(count)}, ${unreadCount} unread` : describeNotices(count);

/** `2026-05-04`; null on the day of `nowMs`. */
export const describeOtherDay = (atMs: number, nowMs: number): string | null => {
  const [day, today] = [formatDateTime(atMs).slice(0, 10), formatDateTime(nowMs).slice(0, 10)];
  return day === today ? null : day;
};

export const describeGuide = (page: string): string => `Guide: ${page}`;

export const describeOpen = (page: string): string => `Show ${page}`;

export const describeUndo = (removed: string): string => `Undo: ${removed}`;

/** The other removals that can be undone, after the last one. */
export const describeMore = (count: number): string => ` · ${count} more`;

const describeNotices = (count: number): string => (count === 1 ? '1 notice' : `${count} notices`);

export const describeFirst = (firstAt: number): string => `First ${formatDateTime(firstAt)}`;
