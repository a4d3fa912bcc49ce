/**
 * Exits the process at once; call it after the last write. app.quit() and app.exit() first wait for V8's background work, which
 * never ends while the store's WebAssembly is being compiled (nodejs/node issue 36616).
 */
export function endProcess(exitCode: number): void {
  const reallyExit: unknown = Reflect.get(process, 'reallyExit');
  const end = (): void => void (typeof reallyExit === 'function' ? reallyExit.call(process, exitCode) : process.exit(exitCode));
  // An empty write flushes the output before the exit.
  process.stdout.write('', end);
}
