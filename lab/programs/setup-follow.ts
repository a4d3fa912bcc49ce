import { RECORD_SEPARATOR } from '../../shared/host-scripts/index.ts';
import { pause } from '../base/streams.ts';
import { capture } from './capture.ts';
import { type Program, TERMINATED } from './process.ts';

const POLL_MS = 500;
const PROPERTIES = 'LoadState,ActiveState,SubState,Result,ExecMainCode,ExecMainStatus';

/** New lines of a long step, the journal's cursor and the state of its unit (docstring of `setupFollow`). */
export const followSetup: Program = async (process, machine) => {
  const [unit = '', cursor = '-', seconds = '0'] = process.argv;
  const endsAtMs = Date.now() + Number(seconds) * 1000;
  const after = cursor === '-' ? [] : [`--after-cursor=${cursor}`];
  for (;;) {
    const state = await capture(process, machine, ['systemctl', 'show', '--no-pager', '-p', PROPERTIES, '--', unit]);
    const query = ['journalctl', '-q', '-u', unit, '-o', 'cat', '--no-pager', '--show-cursor', '-n', '1000', ...after];
    const journal = await capture(process, machine, query, { stdoutOnly: true });
    const lines = state.text.split('\n');
    const isRunning =
      lines.includes('ActiveState=activating') || (lines.includes('ActiveState=active') && lines.includes('SubState=running'));
    const hasLines = journal.text.split('\n').some((line) => line !== '' && !line.startsWith('-- cursor: '));
    if (!isRunning || hasLines || Date.now() >= endsAtMs) {
      await process.stdout.write(`${journal.text}\n${RECORD_SEPARATOR}\n${state.text}\n`);
      return 0;
    }
    if (!(await pause(POLL_MS, process.killed, machine.power))) return TERMINATED;
  }
};
