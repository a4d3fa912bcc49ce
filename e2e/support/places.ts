/** The pages, as the navigation names them. */
export const PLACES = ['Overview', 'GPU', 'Services', 'Logs', 'Models', 'Playground', 'Gateway', 'Settings'] as const;
