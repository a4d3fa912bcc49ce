import type { HostProfile, TestStep } from '../../../shared/capabilities/hosts/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { HOST_SCRIPTS, scriptArgv } from '../../../shared/host-scripts/index.ts';
import { outputLines } from '../../../shared/output-lines.ts';
import { plainText } from '../../../shared/plain-text.ts';
import type { Connection, Transport } from '../../foundation/ssh/transport.ts';
import { parseHostFacts } from '../facts/parse-facts.ts';
import { QUERY_TIMEOUT_MS } from '../gpu/query.ts';
import { readJournalPermission } from '../journal/permission.ts';

const CONNECT_TIMEOUT_MS = 60_000;

/** Tests connection, shell, GPU tool, systemd, journal and sudo in order. Changes nothing on the host. */
export async function testHost(
  profile: HostProfile,
  open: (profile: HostProfile) => Promise<Connection>,
  now: () => number,
): Promise<TestStep[]> {
  const connection = await open(profile);
  try {
    const dialled = await dial(connection);
    if (dialled.verdict !== 'ok') return [dialled];
    return [dialled, ...(await probe(connection, now))];
  } finally {
    connection.dispose();
  }
}

async function dial(connection: Connection): Promise<TestStep> {
  return await new Promise<TestStep>((resolve) => {
    const timer = setTimeout(
      () => finish({ name: 'SSH', verdict: 'failed', message: `timed out after ${CONNECT_TIMEOUT_MS / 1000} s` }),
      CONNECT_TIMEOUT_MS,
    );
    const stop = connection.onChange(({ state }) => {
      if (state.kind === 'online') finish({ name: 'SSH', verdict: 'ok', message: 'connected, host key verified' });
      if (state.kind === 'blocked' || state.kind === 'reconnecting') {
        finish({ name: 'SSH', verdict: 'failed', message: state.cause.message, error: state.cause });
      }
    });
    function finish(step: TestStep): void {
      clearTimeout(timer);
      stop();
      resolve(step);
    }
    connection.connect();
  });
}

/** Name and version of the driver. */
const GPU_ROW = /, \d{1,4}(?:\.\d{1,4}){1,3}$/;
const firstLine = (text: string): string | undefined => outputLines(text).map((line) => plainText(line))[0];

async function probe(transport: Transport, now: () => number): Promise<TestStep[]> {
  const step = async (name: string, run: () => Promise<Omit<TestStep, 'name'>>): Promise<TestStep> => {
    try {
      return { name, ...(await run()) };
    } catch (thrown) {
      const error = toPanelError(thrown);
      return { name, verdict: 'failed', message: error.message, error };
    }
  };
  return [
    await step('Shell', async () => {
      const requestedAt = now();
      const facts = parseHostFacts((await transport.exec(scriptArgv(HOST_SCRIPTS.facts))).stdout, requestedAt, now());
      return facts.kernel === null
        ? { verdict: 'failed', message: 'the login shell does not run POSIX commands' }
        : { verdict: 'ok', message: `${facts.osName ?? 'Linux'}, kernel ${facts.kernel}` };
    }),
    await step('GPU', async () => {
      const answer = await transport.exec(['nvidia-smi', '--query-gpu=name,driver_version', '--format=csv,noheader'], {
        timeoutMs: QUERY_TIMEOUT_MS,
      });
      const lines = outputLines(answer.stdout).map((line) => plainText(line));
      const gpus = lines.filter((line) => GPU_ROW.test(line));
      const remark = lines.find((line) => !gpus.includes(line));
      if (gpus.length === 0) return { verdict: 'warning', message: remark ?? 'nvidia-smi not found' };
      // nvidia-smi prints rows even with a failing exit code.
      return {
        verdict: remark === undefined ? 'ok' : 'warning',
        message: remark === undefined ? gpus.join('; ') : `${gpus.join('; ')} (${remark})`,
      };
    }),
    await step('systemd', async () => {
      const answer = await transport.exec(['systemctl', '--version']);
      return answer.exitCode === 0
        ? { verdict: 'ok', message: firstLine(answer.stdout) ?? 'systemd' }
        : { verdict: 'failed', message: 'systemctl not found: services and logs are unavailable' };
    }),
    await step('Journal', async () => {
      const answer = await transport.exec(['journalctl', '-o', 'json', '--no-pager', '-n', '1']);
      if (answer.exitCode !== 0) return { verdict: 'failed', message: firstLine(answer.stderr) ?? 'not readable' };
      return (await readJournalPermission(transport)) === 'limited'
        ? { verdict: 'warning', message: 'only your own log lines: join the group adm or systemd-journal, then reconnect' }
        : { verdict: 'ok', message: 'readable' };
    }),
    await step('sudo', async () =>
      (await transport.mayRunAsRoot(['/usr/bin/systemctl', 'restart', 'invokeai.service']))
        ? { verdict: 'ok', message: 'no password needed to start and stop services' }
        : { verdict: 'warning', message: 'password required to start and stop services' },
    ),
  ];
}
