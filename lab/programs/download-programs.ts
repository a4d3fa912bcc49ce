import { describeFault, FileError, sizeOf } from '../base/files.ts';
import { downloadRate, partOf, type RemoteFile, requestRemote } from '../base/remote-files.ts';
import { pause } from '../base/streams.ts';
import { type LabProcess, type Machine, type Program, TERMINATED } from './process.ts';

const POLL_INTERVAL_MS = 100;
const BREAKS_OFF_AT = 0.45;
/** curl's options that take a value; the others are switches. */
const WITH_VALUE = new Set([
  ...['-o', '--output', '-C', '--continue-at', '-w', '--write-out', '-H', '--header', '-m', '--max-time', '-K', '--config', '-A'],
  ...[
    '--retry',
    '--retry-delay',
    '--connect-timeout',
    '--limit-rate',
    '-y',
    '-Y',
    '--speed-time',
    '--speed-limit',
    '--user-agent',
    '--proto',
    '--proto-redir',
    '--max-redirs',
  ],
]);

interface CurlAsk {
  readonly url: string;
  readonly path: string;
  readonly isResumed: boolean;
  readonly isSilent: boolean;
  readonly showsErrors: boolean;
  readonly failsOnStatus: boolean;
  readonly isHead: boolean;
  readonly hasToken: boolean;
  readonly writeOut: string;
}

/** `curl [-fsSLI#] [-C -] -o PATH URL`: downloads a file of the lab's simulated internet. */
const curl: Program = async (process, machine) => {
  const ask = await readCurl(process);
  const { faults } = machine.simulation;
  const complain = async (code: number, words: string): Promise<number> => {
    if (!ask.isSilent || ask.showsErrors) await process.stderr.write(`curl: (${code}) ${words}\n`);
    return code;
  };
  if (ask.url === '') {
    await process.stderr.write("curl: (2) no URL specified\ncurl: try 'curl --help' or 'curl --manual' for more information\n");
    return 2;
  }
  const reply = requestRemote(ask.url, { hasToken: ask.hasToken, faults });
  if (reply.kind === 'unknown-host') return complain(6, `Could not resolve host: ${reply.host}`);
  if (reply.kind === 'refused') {
    if (ask.isHead) await process.stdout.write(`HTTP/2 ${reply.status} \r\n\r\n`);
    if (ask.failsOnStatus) return complain(22, `The requested URL returned error: ${reply.status}`);
    await process.stdout.write(ask.writeOut.replaceAll('%{http_code}', String(reply.status)).replaceAll('\\n', '\n'));
    return 0;
  }
  if (ask.isHead) {
    const { bytes, sha256 } = reply.file;
    await process.stdout.write(`HTTP/2 302 \r\nx-linked-size: ${bytes}\r\nx-linked-etag: "${sha256}"\r\nlocation: https://cdn\r\n\r\n`);
    await process.stdout.write(`HTTP/2 200 \r\naccept-ranges: bytes\r\ncontent-length: ${bytes}\r\n\r\n`);
    return 0;
  }
  try {
    return await fetchFile(process, machine, { ask, file: reply.file, complain });
  } catch (thrown) {
    if (!(thrown instanceof FileError)) throw thrown;
    return complain(23, `Failed to open the file ${ask.path}: ${describeFault(thrown.fault)}`);
  }
};

async function fetchFile(
  process: LabProcess,
  machine: Machine,
  o: { readonly ask: CurlAsk; readonly file: RemoteFile; complain(code: number, words: string): Promise<number> },
): Promise<number> {
  const { ask, file, complain } = o;
  const { simulation, files } = machine;
  const start = ask.isResumed ? heldBytes(machine, ask.path, process) : 0;
  let bytes = Math.min(start, file.bytes);
  const put = () => files.writeHollow(ask.path, partOf(file, Math.floor(bytes)), process.user);
  put();
  const beganS = simulation.uptimeS();
  let lastS = beganS;
  let reportedS = 0;
  if (!ask.isSilent) await process.stderr.write(METER_HEAD);
  while (bytes < file.bytes) {
    const isAlive = await pause(POLL_INTERVAL_MS, process.killed, machine.power);
    const nowS = simulation.uptimeS();
    const more = isAlive ? Math.min(file.bytes - bytes, downloadRate(simulation.faults) * Math.max(0, nowS - lastS)) : 0;
    lastS = nowS;
    if (more > simulation.invokeai.disk().freeBytes)
      return complain(23, 'Failure writing output to destination, passed 16384 returned 4096');
    bytes += more;
    put();
    if (!isAlive) return TERMINATED;
    if (simulation.faults.has('download-broken-off') && bytes > file.bytes * BREAKS_OFF_AT && bytes < file.bytes)
      return complain(18, `end of response with ${file.bytes - Math.floor(bytes)} bytes missing`);
    if (!ask.isSilent && nowS - reportedS >= 1) {
      reportedS = nowS;
      await process.stderr.write(meter({ start, bytes, total: file.bytes, elapsedS: nowS - beganS }));
    }
  }
  if (!ask.isSilent) await process.stderr.write(`${meter({ start, bytes, total: file.bytes, elapsedS: simulation.uptimeS() - beganS })}\n`);
  const code = start > 0 ? (start >= file.bytes ? '416' : '206') : '200';
  const written = ask.writeOut.replaceAll('%{http_code}', code).replaceAll('%{size_download}', String(Math.floor(bytes - start)));
  await process.stdout.write(written.replaceAll('\\n', '\n'));
  return 0;
}

async function readCurl(process: LabProcess): Promise<CurlAsk> {
  const values = new Map<string, string>();
  const switches = new Set<string>();
  const headers: string[] = [];
  let url = '';
  const args = [...process.argv.slice(1)];
  for (let arg = args.shift(); arg !== undefined; arg = args.shift()) {
    if (!arg.startsWith('-')) url = arg;
    else if (WITH_VALUE.has(arg)) {
      const value = args.shift() ?? '';
      if (arg === '-H' || arg === '--header') headers.push(value);
      else values.set(arg, value);
    } else if (/^-[a-zA-Z#]{2,}$/.test(arg)) {
      const last = `-${arg.slice(-1)}`;
      for (const letter of arg.slice(1, WITH_VALUE.has(last) ? -1 : undefined)) switches.add(`-${letter}`);
      if (WITH_VALUE.has(last)) values.set(last, args.shift() ?? '');
    } else switches.add(arg);
  }
  // Secrets are in a configuration on stdin, so that no process list shows them.
  if ((values.get('-K') ?? values.get('--config')) === '-') {
    for (const line of (await process.stdin.readAll()).toString('utf8').split('\n')) {
      const [, name, value = ''] = /^\s*(\w+)\s*[=:\s]\s*"?(.*?)"?\s*$/.exec(line) ?? [];
      if (name === 'header') headers.push(value);
      if (name === 'url') url = value;
    }
  }
  const is = (...names: readonly string[]) => names.some((name) => switches.has(name));
  return {
    url,
    path: values.get('-o') ?? values.get('--output') ?? url.split('/').pop() ?? '',
    isResumed: (values.get('-C') ?? values.get('--continue-at')) === '-',
    isSilent: is('-s', '--silent'),
    showsErrors: is('-S', '--show-error'),
    failsOnStatus: is('-f', '--fail', '--fail-with-body'),
    isHead: is('-I', '--head'),
    hasToken: headers.some((header) => /^authorization:\s*bearer\s+\S/i.test(header)),
    writeOut: values.get('-w') ?? values.get('--write-out') ?? '',
  };
}

function heldBytes(machine: Machine, path: string, process: LabProcess): number {
  try {
    return sizeOf(machine.files.stat(path, process.user));
  } catch {
    return 0;
  }
}

const METER_HEAD =
  '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n' +
  '                                 Dload  Upload   Total   Spent    Left  Speed\n';

/** A line of curl's progress meter; the carriage return comes first. */
function meter(o: { readonly start: number; readonly bytes: number; readonly total: number; readonly elapsedS: number }): string {
  const received = o.bytes - o.start;
  const total = o.total - o.start;
  const speed = received / Math.max(0.001, o.elapsedS);
  const percent = String(Math.floor((received / Math.max(1, total)) * 100)).padStart(3);
  const clock = (seconds: number) => new Date(Math.max(0, seconds) * 1000).toISOString().slice(12, 19).padStart(8);
  const times = `${clock(total / Math.max(1, speed))} ${clock(o.elapsedS)} ${clock((total - received) / Math.max(1, speed))}`;
  return `\r${percent} ${short(total)}  ${percent} ${short(received)}    0     0  ${short(speed)}      0 ${times} ${short(speed)}`;
}

/** A size in five characters, as curl prints it. */
function short(bytes: number): string {
  if (bytes < 100_000) return String(Math.floor(bytes)).padStart(5);
  if (bytes < 10_000 * 1024) return `${Math.floor(bytes / 1024)}k`.padStart(5);
  return bytes < 10_000 * 1048576 ? `${Math.floor(bytes / 1048576)}M`.padStart(5) : `${(bytes / 1073741824).toFixed(1)}G`.padStart(5);
}

/** `wget [-c] [-q] -O PATH URL`, run as curl, with the exit codes of wget. */
const wget: Program = async (process, machine) => {
  const args = process.argv.slice(1);
  const at = args.indexOf('-O');
  const url = args.find((arg, index) => !arg.startsWith('-') && index !== at + 1) ?? '';
  const path = at < 0 ? (url.split('/').pop() ?? '') : (args[at + 1] ?? '');
  const resumed = args.includes('-c') || args.includes('--continue') ? ['-C', '-'] : [];
  const code = await curl({ ...process, argv: ['curl', '-fsL', ...resumed, '-o', path, url] }, machine);
  const codes: Readonly<Record<number, number>> = { 0: 0, 6: 4, 18: 4, 22: 8, 23: 3 };
  if (code !== 0 && !args.includes('-q')) await process.stderr.write(`wget: ${url}: ${code === 22 ? 'ERROR 404: Not Found.' : 'failed'}\n`);
  return codes[code] ?? code;
};

export const DOWNLOAD_PROGRAMS: Readonly<Record<string, Program>> = { curl, wget };
