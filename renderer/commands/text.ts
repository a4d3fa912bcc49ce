/** The words of the command palette, in one place, so that they can be read as a whole. */
export const TEXT = {
  commands: 'Commands',
  search: 'Search commands',
  searchPlaceholder: 'Search commands…',
  noMatch: 'No matching command',
} as const;
