import { SUDOERS_PATH } from '../../../../shared/host-scripts/sudoers.ts';
import { UnitName } from '../../../../shared/identifiers.ts';
import { type HostAnswers, readStatRequest, readUserRequest } from '../../../foundation/host-reader/answers.ts';
import { isReadable } from '../../../foundation/host-reader/reader.ts';
import type { Guard, Resource, Step } from '../engine/resources.ts';
import { explainSudoers, findRule, isPlainUserName, type SudoListing, sudoersText } from '../files/sudoers.ts';
import type { ParameterValues, Recipe } from '../recipe.ts';
import { switchParameter } from './parameters.ts';
import { requireStep } from './require.ts';

const GUARD: Guard = { id: 'sudo-rule', seconds: 120, units: [] };
/** As long as a value may be (contract of setup). */
const MAX_UNITS_CHARS = 4_000;
const JOURNAL_GROUP = 'systemd-journal';
const FILE_REQUEST = readStatRequest(SUDOERS_PATH);
const wordsOf = (text: string): readonly string[] => text.trim().split(/ +/);

export const LEAST_PRIVILEGE: Recipe = {
  id: 'least-privilege',
  title: 'Least privilege',
  summary: 'Your login may start and stop exactly the listed services without a password, and read the logs.',
  group: 'first-setup',
  presence: ({ answers, values }) => {
    const status = answers.get(FILE_REQUEST)?.status;
    if (status === 'ok' || status === 'absent') return status === 'ok' ? 'present' : 'absent';
    return findRule(readSudo(answers), unitsOf(values));
  },
  parameters: [
    {
      key: 'units',
      kind: 'text',
      label: 'Services',
      help: 'Services that may be started and stopped without a password, separated by blanks.',
      initial: 'invokeai.service invokeai-openai-images-shim.service nginx.service',
      check: (value) => {
        if (value.length > MAX_UNITS_CHARS) return `Use at most ${MAX_UNITS_CHARS} characters.`;
        return wordsOf(value).every((name) => UnitName.safeParse(name).success)
          ? null
          : 'Use names of services that end in .service, separated by blanks.';
      },
    },
    switchParameter({ key: 'journal', label: 'Read logs', help: `Adds your login to the group ${JOURNAL_GROUP}.`, initial: 'yes' }),
  ],
  guards: [GUARD],
  reads: () => ['sudo', FILE_REQUEST],
  steps: ({ values, facts: { login }, answers }): readonly Step[] => {
    const units = unitsOf(values);
    const sudo = readSudo(answers);
    const user = login === null ? null : inRule(login, sudo.uid);
    if (login === null || user === null || units.length === 0) {
      const reason = login === 'root' ? 'You sign in as root, who needs no rule.' : 'The login or the services are unknown.';
      const remedy = 'Sign in as a named user, and list the services.';
      return [requireStep('login', 'A login that is not root', login === 'root', reason, remedy)];
    }
    const readsLogs = values['journal'] === 'yes';
    const canJoin = isReadable(readUserRequest(login));
    return [
      {
        id: 'rule',
        title: 'Sudo rule for the listed services',
        needs: [],
        guard: GUARD.id,
        about: [
          ...explainSudoers(login, units),
          ...(readsLogs && !canJoin ? [`Add ${login} to the group ${JOURNAL_GROUP} yourself: Setup cannot look up this name.`] : []),
        ],
        resource: findRule(sudo, units) === 'present' ? IN_EFFECT : ruleFile(sudoersText(user, units, sudo.dialect)),
      },
      ...(readsLogs && canJoin
        ? [
            {
              id: 'journal',
              title: `${login} reads the logs of all services`,
              needs: [],
              resource: { kind: 'member', user: login, group: JOURNAL_GROUP } as const,
            },
          ]
        : []),
    ];
  },
};

/** sudo lists the rule to whom it is for; with sudo, the file itself is compared. */
const IN_EFFECT: Resource = { kind: 'require', holds: true, reason: '', remedy: '', isFatal: false, metBy: [] };

const ruleFile = (text: string): Resource => ({
  kind: 'file',
  path: SUDOERS_PATH,
  owner: 'root',
  group: 'root',
  mode: '440',
  check: 'visudo',
  content: { kind: 'text', text },
});

const unitsOf = (values: ParameterValues): readonly string[] =>
  wordsOf(values['units'] ?? '').filter((name) => UnitName.safeParse(name).success);

/** The answer to `sudo` (docstring of `hostRead`). */
function readSudo(answers: HostAnswers): { readonly uid: string } & SudoListing {
  const [uid = '', version = '', ...listing] = answers.get('sudo')?.lines ?? [];
  return { uid, dialect: version.startsWith('sudo-rs') ? 'sudo-rs' : 'sudo', listing: listing.join('\n') };
}

/** A login as a rule names it; null for root and where only an ID could name it and none is known. */
function inRule(login: string, uid: string): string | null {
  if (login === 'root' || login === '') return null;
  if (isPlainUserName(login)) return login;
  return /^[1-9]\d{0,9}$/.test(uid) ? `#${uid}` : null;
}
