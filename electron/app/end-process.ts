/**
 * Ends the process now; all that is to be kept has been written. app.quit() and app.exit() wait for V8's background work
 * first, and a store whose WebAssembly is being compiled at that moment keeps them forever (nodejs/node issue 36616).
 */
export function endProcess(exitCode: number): void {
  const reallyExit: unknown = Reflect.get(process, 'reallyExit');
  const end = (): void => void (typeof reallyExit === 'function' ? reallyExit.call(process, exitCode) : process.exit(exitCode));
  // What was printed is on its way before the end.
  process.stdout.write('', end);
}
