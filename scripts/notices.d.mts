/** The packages that are shipped beside the bundles, sorted by name. */
export function unbundledPackages(): string[];
