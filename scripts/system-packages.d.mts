/** What the operating system has to bring: Electron's libraries, a display, programs of tests, the host that tests boot. */
export type PackageUse = 'libraries' | 'display' | 'tests' | 'host';
/** The Debian names of packages of which a program is missing here. */
export function missingPackages(uses: readonly PackageUse[]): string[];
/** The line that installs these packages. */
export function installCommand(names: readonly string[]): string;
