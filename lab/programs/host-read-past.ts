import { MAX_IMAGE_REQUESTS } from '../../shared/host-scripts/host-read.ts';
import { FileError } from '../base/files.ts';
import { capture } from './capture.ts';
import type { Reader } from './host-reader.ts';
import type { LabProcess, Machine } from './process.ts';
import { requestsBehind } from './request-log.ts';

const OK = 'ok';

const mayLog = ({ user }: LabProcess, { simulation }: Machine): boolean =>
  user === 'root' || !simulation.faults.has('journal-not-permitted');

/** Lines of journalctl; none where it prints nothing. */
async function journal(process: LabProcess, machine: Machine, ...options: readonly string[]): Promise<readonly string[]> {
  const { text } = await capture(process, machine, ['journalctl', '-q', '--no-pager', ...options], { stdoutOnly: true });
  return text === '' ? [] : text.split('\n');
}

/** `Fri 2026-05-01 10:00:00 UTC` */
function dateOf(atUs: number): string {
  const at = new Date(atUs / 1000);
  return `${at.toUTCString().slice(0, 3)} ${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** The requests about the past of the host (docstring of `hostRead`). */
export const PAST_READERS: Readonly<Record<string, Reader>> = {
  starts: async (unit, rest, process, machine) => {
    if (!mayLog(process, machine)) return ['denied', []];
    const [minutes = '', lines = ''] = rest.split(' ');
    const options = ['--since', `-${minutes}min`, '-n', lines, '-o', 'json', '--output-fields=MESSAGE,MESSAGE_ID'];
    return [OK, await journal(process, machine, '_PID=1', `UNIT=${unit}`, ...options)];
  },
  xids: async (minutes, _none, process, machine) => {
    if (!mayLog(process, machine)) return ['denied', []];
    const options = ['--since', `-${minutes}min`, '-o', 'json', '--output-fields=MESSAGE'];
    return [OK, (await journal(process, machine, '_TRANSPORT=kernel', ...options)).filter((line) => line.includes('NVRM'))];
  },
  boots: (_a, _b, process, machine) => {
    if (!mayLog(process, machine)) return ['denied', []];
    const boots = new Map<string, { readonly firstUs: number; readonly lastUs: number }>();
    for (const { bootId, realtimeUs } of machine.simulation.journal.records) {
      boots.set(bootId, { firstUs: boots.get(bootId)?.firstUs ?? realtimeUs, lastUs: realtimeUs });
    }
    const lines = [...boots].map(
      ([id, { firstUs, lastUs }], index) => `${String(index - boots.size + 1).padStart(3)} ${id} ${dateOf(firstUs)} ${dateOf(lastUs)}`,
    );
    return [OK, ['IDX BOOT ID                          FIRST ENTRY                 LAST ENTRY', ...lines]];
  },
  sudolog: async (minutes, _none, process, machine) => {
    if (!mayLog(process, machine)) return ['denied', []];
    const lines = await journal(process, machine, '_COMM=sudo', '--since', `-${minutes}min`, '-o', 'short-unix');
    return [OK, lines.filter((line) => line.includes('COMMAND=') && line.includes('systemctl')).slice(-300)];
  },
  requests: async (path, rest, { user }, { files, simulation }) => {
    await simulation.pastTold;
    const [id = '', offset = '', minutes = ''] = rest.split(' ');
    const since = simulation.hostNow() / 1000 - Number(minutes) * 60;
    const read = (name: string): Buffer | null => {
      try {
        return files.read(name, user);
      } catch {
        return null;
      }
    };
    try {
      const previous = read(`${path}.1`);
      return [OK, requestsBehind({ log: files.read(path, user), previous, id, offset: Number(offset), since })];
    } catch (thrown) {
      if (!(thrown instanceof FileError)) throw thrown;
      return [thrown.fault === 'no-such-file' || thrown.fault === 'not-a-directory' ? 'absent' : 'denied', []];
    }
  },
  imagelog: async (path, minutes, { user }, { files, simulation }) => {
    await simulation.pastTold;
    try {
      const since = simulation.hostNow() / 1000 - Number(minutes) * 60;
      const lines = files.read(path, user).toString('utf8').split('\n');
      return [OK, lines.flatMap((line) => imageRequest(line, since)).slice(-MAX_IMAGE_REQUESTS)];
    } catch (thrown) {
      if (!(thrown instanceof FileError)) throw thrown;
      return [thrown.fault === 'no-such-file' || thrown.fault === 'not-a-directory' ? 'absent' : 'denied', []];
    }
  },
};

function imageRequest(line: string, since: number): readonly string[] {
  const value = (key: string): string => new RegExp(`"${key}":"?([^",}]*)`).exec(line)?.[1] ?? '';
  if (!line.includes('"path":"/v1/images/') || Number(value('ts')) < since) return [];
  return [`${value('ts')} ${value('status')} ${value('duration_ms')}`];
}

/** How many words the head of an answer repeats besides its kind; both of what is not listed. */
export const PAST_HEADS: Readonly<Record<string, 'none' | 'first'>> = { boots: 'none', xids: 'first', sudolog: 'first' };
