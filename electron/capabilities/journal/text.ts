/** Strings of a followed journal. */
export const TEXT = {
  waiting: 'Waiting for the connection; missed lines load then',
  rebooted: 'Host rebooted',
  reconnected: 'Reconnected; missed lines follow',
  resumed: 'Stream resumed; missed lines follow',
  gap: 'Journal cleared or rotated meanwhile; lines may be missing',
  tooLong: '(message too long to load)',
} as const;

/** The difference of the two clocks, in seconds below 2 min. */
export function describeClockSkew(offsetMs: number): string {
  const minutes = Math.abs(offsetMs) / 60_000;
  const amount = minutes < 2 ? `${Math.round(minutes * 60)} s` : `${Math.round(minutes)} min`;
  return `Clocks of the host and this computer differ by ${amount}; times are the host’s`;
}
