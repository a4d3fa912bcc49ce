import type { ErrorCode } from '../../../../shared/error-codes.ts';
import { toPanelError } from '../../../../shared/errors.ts';
import { plainText } from '../../../../shared/plain-text.ts';
import {
  readFileRequest,
  readFileState,
  readListRequest,
  readStatRequest,
  readUserRequest,
} from '../../../foundation/host-reader/answers.ts';
import { JOURNAL, JOURNALD } from '../../setup/adopt/requests.ts';
import { isPlainPath } from '../../setup/recipes/parameters.ts';
import { byHand, byRecipe, type Check, type Finding, fail, pass, unknown, warn } from '../check.ts';
import type { CheckSources } from '../sources.ts';
import { CLOCK_CHECKS } from './host-clock.ts';
import { KERNEL_CHECKS } from './host-kernel.ts';
import { STORAGE_CHECKS } from './host-storage.ts';
import { HOST_TEXT as TEXT } from './host-text.ts';
import { valuesOf } from './machine-facts.ts';

/** Since 247 systemctl prints fractions of seconds. */
const LEAST_SYSTEMD = 247;
const DROP_INS = '/etc/systemd/journald.conf.d';
const MAX_DROP_INS = 20;
/** What Setup and the Services page start and stop. */
const UNITS = ['invokeai.service', 'invokeai-openai-images-shim.service', 'nginx.service'];
/** Groups whose members sudo lets do everything, by distribution. */
const ADMINS: ReadonlySet<string> = new Set(['sudo', 'wheel', 'admin']);
/** What an exec that ran nothing throws. */
const NO_SHELL: ReadonlySet<string> = new Set<ErrorCode>(['login-shell-unusable', 'login-shell-silent', 'host-read-failed']);

const ofHost = { group: 'host', layer: 'host', cost: 'reads' } as const;

export const HOST_CHECKS: readonly Check[] = [
  {
    ...ofHost,
    id: 'shell',
    title: 'Commands run',
    about: 'The login shell runs the commands of the panel.',
    reads: { first: ['os'] },
    run: ({ host }) => judgeShell(host),
  },
  {
    ...ofHost,
    id: 'systemd',
    title: 'systemd',
    about: 'systemd responds, and is new enough to report times with fractions of a second.',
    reads: { first: ['system'] },
    run: ({ host }) => {
      const values = valuesOf(host.answers(), 'system');
      const version = /^systemd (\d{2,4})\b/.exec(values.get('version') ?? '')?.[1];
      const state = values.get('state') ?? '';
      if (version === undefined || !/^[a-z]{1,20}$/.test(state))
        return values.has('version') ? fail(TEXT.noSystemd, byHand(TEXT.installSystemd), state) : unknown(TEXT.notReported('systemd'));
      const evidence = [values.get('version'), `state: ${state}`];
      return Number(version) < LEAST_SYSTEMD
        ? warn(TEXT.oldSystemd(version), byHand(TEXT.upgrade), ...evidence)
        : pass(TEXT.systemd(version, state), ...evidence);
    },
  },
  {
    ...ofHost,
    id: 'failed-units',
    title: 'Failed units',
    about: 'No unit of the host is in the failed state.',
    reads: { first: ['system'] },
    run: ({ host }) => {
      const lines = host.answers().get('system')?.lines ?? [];
      if (!lines.some((line) => /^state=[a-z]{1,20}$/.test(line))) return unknown(TEXT.notReported('its units'));
      const failed = lines.filter((line) => / failed +failed /.test(line.slice(0, 400)));
      const names = failed.map((line) => plainText(line.trim().split(/ +/)[0] ?? '', 80));
      return failed.length === 0
        ? pass(TEXT.noFailedUnits)
        : warn(TEXT.failedUnits(names.length, names.slice(0, 6).join(', ')), byHand(TEXT.resetUnits), ...failed);
    },
  },
  {
    ...ofHost,
    id: 'journal-readable',
    title: 'Logs are readable',
    about: 'The login may read the logs of all services, as a member of adm or systemd-journal.',
    layer: 'journal',
    reads: { first: ['kernellog'] },
    run: ({ host }) => {
      const status = host.answers().get('kernellog')?.status;
      if (status === undefined) return unknown(TEXT.notReported('its logs'));
      return status === 'ok' ? pass(TEXT.journalReadable) : warn(TEXT.journalHidden, byRecipe('least-privilege', TEXT.joinGroup));
    },
  },
  {
    ...ofHost,
    id: 'journal-kept',
    title: 'Logs outlive a restart',
    about: 'journald saves logs on the disk, so that they are there after a restart of the host.',
    layer: 'journal',
    reads: {
      first: [readStatRequest(JOURNAL), readFileRequest(JOURNALD), readListRequest(DROP_INS), 'boot'],
      second: (answers) => dropIns(answers).map(readFileRequest),
    },
    run: ({ host }) => judgeKept(host),
  },
  {
    ...ofHost,
    id: 'sudo-ready',
    title: 'sudo',
    about: 'The login may start and stop the services, without a password or with one that the panel requests.',
    layer: 'sudo',
    reads: {
      first: ['os'],
      second: (answers) => {
        const login = valuesOf(answers, 'os').get('LOGIN');
        return login === undefined ? [] : [readUserRequest(login)];
      },
    },
    begin: ({ host }) => {
      for (const unit of UNITS) mayRestart(host, unit).catch(() => {});
    },
    run: ({ host }) => judgeSudo(host),
  },
  ...STORAGE_CHECKS,
  ...CLOCK_CHECKS,
  ...KERNEL_CHECKS,
];

type Host = CheckSources['host'];

function judgeShell(host: Host): Finding {
  try {
    const values = valuesOf(host.answers(), 'os');
    const login = values.get('LOGIN');
    if (login === undefined || login === '') return unknown(TEXT.notReported('its login'));
    return pass(
      TEXT.shell(values.get('PRETTY_NAME')?.replace(/^"(.*)"$/, '$1') ?? 'the host', login),
      `kernel ${values.get('KERNEL') ?? '–'}`,
    );
  } catch (thrown) {
    const { code, message, hint, detail } = toPanelError(thrown);
    if (!NO_SHELL.has(code)) throw thrown;
    return fail(TEXT.noShell, byHand(hint), message, detail);
  }
}

function dropIns(answers: ReturnType<Host['answers']>): readonly string[] {
  return (answers.get(readListRequest(DROP_INS))?.lines ?? [])
    .map((name) => `${DROP_INS}/${name}`)
    .filter((path) => path.endsWith('.conf') && isPlainPath(path))
    .sort()
    .slice(0, MAX_DROP_INS);
}

/** Format: journald.conf(5). The last setting counts; those of drop-ins come after that of the file. */
function judgeKept(host: Host): Finding {
  const answers = host.answers();
  const folder = readFileState(answers.get(readStatRequest(JOURNAL)));
  if (folder === undefined) return unknown(TEXT.notReported(JOURNAL));
  const settings = [JOURNALD, ...dropIns(answers)].flatMap((path) => {
    const text = readFileState(answers.get(readFileRequest(path)))?.text ?? '';
    const value = /^\s*Storage\s*=\s*(\w{1,20})\s*$/m.exec(text.slice(0, 20_000))?.[1];
    return value === undefined ? [] : [{ path, value }];
  });
  const { path, value } = settings.at(-1) ?? { path: JOURNALD, value: 'auto' };
  const evidence = [
    settings.length === 0 ? `Storage=auto (default)` : `${path}: Storage=${value}`,
    `${JOURNAL}: ${folder === null ? 'missing' : folder.kind}`,
  ];
  if (value === 'volatile' || value === 'none') return warn(TEXT.journalLost, byHand(TEXT.removeStorage(path)), ...evidence);
  if (value !== 'persistent' && folder === null) return warn(TEXT.journalLost, byHand(TEXT.makeJournal), ...evidence);
  const boots = valuesOf(answers, 'boot').get('journalBoots') ?? '';
  return pass(TEXT.journalKept(/^[1-9]\d{0,5}$/.test(boots) ? TEXT.boots(Number(boots)) : ''), ...evidence);
}

const mayRestart = (host: Host, unit: string): Promise<boolean> => host.mayRunAsRoot(['/usr/bin/systemctl', 'restart', unit]);

async function judgeSudo(host: Host): Promise<Finding> {
  const login = valuesOf(host.answers(), 'os').get('LOGIN');
  if (login === 'root') return pass(TEXT.asRoot);
  const may = await Promise.all(UNITS.map((unit) => mayRestart(host, unit)));
  const asked = UNITS.filter((_unit, index) => may[index] !== true);
  if (asked.length === 0) return pass(TEXT.sudoFree(UNITS.length), ...UNITS);
  const remedy = byRecipe('least-privilege', TEXT.sudoRule);
  if (asked.length < UNITS.length) return { ...pass(TEXT.sudoSome(asked.join(', '))), remedy };
  const user = login === undefined ? null : host.answers().get(readUserRequest(login));
  if (user?.status !== 'ok') return unknown(TEXT.notReported('the groups of the login'), remedy);
  const groups = (user.lines[1] ?? '').split(' ');
  const evidence = `groups of ${login}: ${groups.join(' ')}`;
  return groups.some((group) => ADMINS.has(group))
    ? { ...pass(TEXT.sudoAsks, evidence), remedy }
    : fail(TEXT.sudoNone, byHand(TEXT.sudoGroup), evidence);
}
