import { homedir } from 'node:os';
import { join } from 'node:path';
import { runSetup } from './setup.ts';
import { openTerminal } from './terminal.ts';

const interruption = new AbortController();

/** The first Ctrl+C cancels, the second one leaves. */
function interrupt(): void {
  if (!interruption.signal.aborted) {
    interruption.abort();
    process.stderr.write('\nCancelling at the next safe point. Press Ctrl+C again to leave at once.\n');
    return;
  }
  process.stderr.write(
    '\nLeft. A step that runs as a unit goes on: systemctl list-units "ada-panel-setup-*" on the host shows it. The same command resumes the setup.\n',
  );
  process.exit(1);
}

process.on('SIGINT', interrupt);
const { stdin, stderr } = process;
const terminal =
  stdin.isTTY === true && stderr.isTTY === true
    ? openTerminal({ input: stdin, write: (text) => void stderr.write(text), onInterrupt: interrupt })
    : null;
const exitCode = await runSetup(process.argv.slice(2), {
  terminal,
  print: (line) => void process.stdout.write(`${line}\n`),
  note: (line) => void stderr.write(`${line}\n`),
  homeFolder: process.env['HOME'] ?? process.env['USERPROFILE'] ?? homedir(),
  // npm runs scripts in the package's folder, whatever folder it was called from.
  folder: process.env['INIT_CWD'] ?? process.cwd(),
  shippedFolder: join(import.meta.dirname, '..', '..', 'out', 'images-shim'),
  labScript: join(import.meta.dirname, '..', '..', 'out', 'lab', 'lab.cjs'),
  environment: process.env,
  platform: process.platform,
  interrupted: interruption.signal,
});
// Written before the end: stdout of a pipe is written later than it is called.
process.stdout.write('', () => process.exit(exitCode));
