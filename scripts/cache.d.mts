/** The user's cache folder for the panel; it exists. */
export function cacheFolder(): string;
