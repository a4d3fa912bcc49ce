import { createShim } from './shim.ts';

const write = (line: string): void => void process.stdout.write(`${line}\n`);

/** The program of the unit: listens until it gets a stop signal. */
function main(): void {
  let shim: ReturnType<typeof createShim>;
  try {
    shim = createShim({ environment: process.env, log: write });
  } catch (thrown) {
    write(`<3>cannot-start said=${JSON.stringify(thrown instanceof Error ? thrown.message : String(thrown))}`);
    process.exitCode = 2;
    return;
  }
  const stop = (): void => {
    shim.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
    // Who keeps a connection open does not keep the unit from stopping.
    setTimeout(() => process.exit(0), 3_000).unref();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  shim.listen().catch((thrown: unknown) => {
    write(`<3>cannot-listen said=${JSON.stringify(thrown instanceof Error ? thrown.message : String(thrown))}`);
    process.exitCode = 1;
  });
}

main();
