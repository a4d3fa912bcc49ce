import { plainText } from '../../../../shared/plain-text.ts';
import { byHand, byRecipe, type Check, type Finding, fail, pass, unknown, warn } from '../check.ts';
import type { CheckSources } from '../sources.ts';
import { HOST_TEXT as TEXT } from './host-text.ts';

const MAX_LINE_CHARS = 600;
/** Lines after which the journal is read no further (docstring of `hostRead`). */
const DISK_ERROR = /\bI\/O error\b|\bEXT4-fs error\b|Remounting filesystem read-only/;
const READ_ONLY = 'Remounting filesystem read-only';

const ofHost = { group: 'host', layer: 'host', cost: 'reads', reads: { first: ['kernellog'] } } as const;

/** What the kernel logged since the host started. */
export const KERNEL_CHECKS: readonly Check[] = [
  {
    ...ofHost,
    id: 'disk-errors',
    title: 'Disk errors',
    about: 'The kernel logged no failed access to a disk, and remounted none read-only, since the host started.',
    run: ({ host }) =>
      ofKernel(host, (lines) => {
        const errors = lines.filter((line) => DISK_ERROR.test(line));
        if (errors.length === 0) return pass(TEXT.noDiskErrors);
        const summary = errors.some((line) => line.includes(READ_ONLY)) ? TEXT.remountedReadOnly : TEXT.diskErrors(errors.length);
        return fail(summary, byHand(TEXT.checkDisk), ...errors);
      }),
  },
  {
    ...ofHost,
    id: 'oom-kills',
    title: 'Processes ended for lack of memory',
    about: 'The kernel ended no process to free memory since the host started.',
    run: ({ host }) =>
      ofKernel(host, (lines) => {
        const kills = lines.filter((line) => line.includes('oom-kill:'));
        if (kills.length === 0) return pass(TEXT.noKills);
        const whom = [...new Set(kills.map(victimOf))].join(', ');
        return warn(TEXT.kills(kills.length, whom), byHand(TEXT.freeMemory), ...lines.filter((line) => /oom|Out of memory/.test(line)));
      }),
  },
];

function ofKernel({ answers }: CheckSources['host'], judge: (lines: readonly string[]) => Finding): Finding {
  const answer = answers().get('kernellog');
  if (answer === null) return unknown(TEXT.notReported('its kernel log'));
  if (answer.status !== 'ok') return unknown(TEXT.kernelDenied, byRecipe('least-privilege', TEXT.joinGroup));
  return judge(answer.lines.map((line) => line.slice(0, MAX_LINE_CHARS)));
}

/** The unit of a process that was ended, else its name. Format: dump_oom_summary in Linux' mm/oom_kill.c. */
function victimOf(line: string): string {
  const unit = /task_memcg=\S{0,300}?\/([\w.@:-]{1,100}\.service)/.exec(line)?.[1];
  return plainText(unit ?? /,task=([^,]{1,40}),/.exec(line)?.[1] ?? 'a process');
}
